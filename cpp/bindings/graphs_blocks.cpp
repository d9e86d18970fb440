#include "bindings/graphs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/bottleneck.hpp"
#include "graphs/mbconv.hpp"

namespace latpred::bindings {
namespace {

void check_block(const std::string& prefix, int kernel, int stride, double expand, int middle) {
    if (kernel >= 1 && kernel % 2 == 1 && stride >= 1 && expand > 0 && middle >= 0)
        return;
    throw ConfigError(message("block '", prefix, "': kernel ", kernel, ", stride ", stride,
                              ", expand ", expand, ", middle ", middle,
                              "; an odd kernel, stride >= 1, expand > 0, middle >= 0 expected"));
}

int mbconv_block(GraphBuilder& g, int source, int channels, int kernel, int stride, double expand,
                 int middle, const std::string& activation, bool squeeze_excite, bool shortcut,
                 double eps, const std::string& prefix) {
    check_block(prefix, kernel, stride, expand, middle);
    const MbConv block{channels,       kernel,   stride,
                       expand,         middle,   activation_named(activation),
                       squeeze_excite, shortcut, eps};
    return mbconv(g, source, block, prefix);
}

int bottleneck_block(GraphBuilder& g, int source, int channels, int middle, int kernel, int stride,
                     bool project, const std::string& activation, double eps,
                     const std::string& prefix) {
    check_block(prefix, kernel, stride, 1, middle);
    return bottleneck(
        g, source, {channels, middle, kernel, stride, project, activation_named(activation), eps},
        prefix);
}

}  // namespace

void bind_blocks(py::class_<GraphBuilder>& cls) {
    cls.def("mbconv", &mbconv_block, py::arg("source"), py::arg("channels"), py::kw_only(),
            py::arg("kernel") = 3, py::arg("stride") = 1, py::arg("expand") = 1.0,
            py::arg("middle") = 0, py::arg("activation") = "relu",
            py::arg("squeeze_excite") = false, py::arg("shortcut") = true, py::arg("eps") = 1e-5,
            py::arg("prefix") = "",
            "A mobile inverted bottleneck as in MobileNetV3; expand 1: no expansion layer; middle: "
            "channels of the depthwise convolution, 0: as `expand` says.")
        .def("bottleneck", &bottleneck_block, py::arg("source"), py::arg("channels"),
             py::arg("middle"), py::kw_only(), py::arg("kernel") = 3, py::arg("stride") = 1,
             py::arg("project") = false, py::arg("activation") = "relu", py::arg("eps") = 1e-5,
             py::arg("prefix") = "",
             "A residual bottleneck as in ResNet50D; project: average pool, 1x1 convolution and "
             "batch norm on the shortcut.");
}

}  // namespace latpred::bindings

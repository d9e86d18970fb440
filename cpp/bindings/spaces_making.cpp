#include "bindings/spaces.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "spaces/registry.hpp"

namespace latpred::bindings {

void bind_making(py::module_& m) {
    m.def(
        "make_space",
        [](const std::string& name, std::optional<double> width,
           std::optional<std::vector<int>> resolutions, std::optional<int> image_size,
           std::optional<int> classes, std::optional<int> depth) {
            return std::const_pointer_cast<Space>(
                make_space(name, {width, std::move(resolutions), image_size, classes, depth}));
        },
        py::arg("name"), py::kw_only(), py::arg("width") = py::none(),
        py::arg("resolutions") = py::none(), py::arg("image_size") = py::none(),
        py::arg("classes") = py::none(), py::arg("depth") = py::none(),
        "The space of that name; see latpred.space.");
    const auto define = [](const std::string& json) {
        return std::const_pointer_cast<Space>(define_space(json));
    };
    m.def("define_space", define, py::arg("json"),
          "From its description; see latpred.define_space.");
    m.def("space_names", &space_names, "Names of all built-in spaces.");
}

}  // namespace latpred::bindings

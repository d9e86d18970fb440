#include "bindings/networks.hpp"
#include "bindings/spaces.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/supernet.hpp"

namespace latpred::bindings {
namespace {

Supernet make_supernet(const SharedSpace& space, const py::dict& state) {
    StateDict arrays = to_state_dict(state);
    const Cancellable cancellable;
    return {space, std::move(arrays)};
}

std::shared_ptr<ParameterSource> source_of(const Supernet& supernet, const Architectures& archs) {
    if (archs.size() != 1) {
        throw ConfigError(
            message("supernet: ", archs.size(), " architectures given, exactly one expected"));
    }
    return supernet.source(archs, 0);
}

py::dict parameters_of_one(const Supernet& supernet, const Architectures& archs) {
    StateDict state;
    {
        const Cancellable cancellable;
        const auto source = source_of(supernet, archs);
        state = collect_parameters(archs.space().lower(archs.row(0)), *source);
    }
    return to_arrays(std::move(state));
}

}  // namespace

void bind_supernet(py::module_& m) {
    py::class_<Supernet>(m, "Supernet", "The parameters of all networks of a space.")
        .def(py::init(&make_supernet), py::arg("space").none(false), py::arg("state"))
        .def_static(
            "random",
            [](const SharedSpace& space, std::uint64_t seed) {
                return Supernet::random(space, seed);
            },
            py::arg("space").none(false), py::arg("seed"), Release(), "Values by (seed, name).")
        .def_property_readonly(
            "space",
            [](const Supernet& supernet) {
                return std::const_pointer_cast<Space>(supernet.space());
            },
            "The space.")
        .def_property_readonly("has_kernel_matrices", &Supernet::has_kernel_matrices,
                               "Whether smaller kernels are transformed ones.")
        .def(
            "state_dict",
            [](const Supernet& supernet) { return to_arrays(StateDict(supernet.arrays())); },
            "Float32 arrays by name.")
        .def("source", &source_of, py::arg("arch"), "What serves the parameters of a network.")
        .def("parameters", &parameters_of_one, py::arg("arch"),
             "Float32 arrays of a network by name.")
        .def("with_channel_order", &Supernet::with_channel_order, Release(),
             "The same with channels inside blocks by importance.");
}

}  // namespace latpred::bindings

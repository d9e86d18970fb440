// Methods that hand a network over to Python: each calls the function of the same purpose in the
// package, which imports torch, onnx or matplotlib only then.
#include "bindings/python_names.hpp"

#include "graphs/op_graph.hpp"
#include "spaces/architectures.hpp"

namespace latpred::bindings {
namespace {

template <class T>
void attach() {
    const py::object cls = py::type::of<T>();
    const auto add = [&cls](const char* name, auto&& function, const auto&... extra) {
        cls.attr(name) = py::cpp_function(function, py::name(name), py::is_method(cls), extra...);
    };
    add(
        "to_torch",
        [](const py::object& self, const py::object& seed, const py::object& state) {
            return python(PythonName::to_torch)(self, seed, state);
        },
        py::arg("seed") = 0, py::arg("state") = py::none(),
        "The network as a PyTorch module; see latpred.to_torch.");
    add(
        "to_onnx",
        [](const py::object& self, const py::object& path, const py::kwargs& settings) {
            return python(PythonName::to_onnx)(self, path, **settings);
        },
        py::arg("path"), "Writes the network as an ONNX file; settings as of latpred.to_onnx.");
    add(
        "draw",
        [](const py::object& self, const py::object& ax, const py::kwargs& settings) {
            return python(PythonName::draw_network)(self, py::arg("ax") = ax, **settings);
        },
        py::arg("ax") = py::none(), "Draws the network; settings as of latpred.plots.network.");
}

}  // namespace

void bind_exports() {
    attach<OpGraph>();
    attach<Architectures>();
    const py::object cls = py::type::of<Architectures>();
    cls.attr("layers") = py::cpp_function(
        [](const py::object& self) { return python(PythonName::graph_of)(self).attr("layers")(); },
        py::name("layers"), py::is_method(cls),
        "One dict an operator of the one architecture, as of its op graph.");
}

}  // namespace latpred::bindings

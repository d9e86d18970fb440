// What NAS-Bench-201 has beside a space: classes of equal cells and official numbers.
#include "bindings/spaces.hpp"
#include "spaces/nas_bench_201.hpp"
#include "spaces/nas_bench_201_order.hpp"

namespace latpred::bindings {

void bind_nas_bench(py::module_& m) {
    m.def(
        "nas_bench_201_classes",
        [](const Architectures& cells) {
            std::vector<std::string> classes;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                classes.push_back(nas_bench_201_class(cells.row(i)));
            }
            return classes;
        },
        py::arg("archs"), "What each cell computes, as text; equal for isomorphic networks.");
    py::class_<NasBench201Order>(m, "NasBench201Order", "The official numbers of the cells.")
        .def(py::init(
                 [](const Array<std::uint16_t>& codes) { return NasBench201Order(view(codes)); }),
             py::arg("codes"), "From the codes in official order. Raises CorruptionError.")
        .def(
            "numbers",
            [](const NasBench201Order& order, const Architectures& archs) {
                return to_numpy(order.numbers(archs));
            },
            py::arg("archs"), "N int64. Raises SchemaError.")
        .def(
            "architectures",
            [](const NasBench201Order& order, const SharedSpace& space,
               const std::vector<std::int64_t>& numbers) {
                return order.architectures(space, numbers);
            },
            py::arg("space").none(false), py::arg("numbers"), "Raises ConfigError, SchemaError.");
}

}  // namespace latpred::bindings

#include "spaces/variation.hpp"

#include "bindings/spaces.hpp"

namespace latpred::bindings {

void bind_variation(py::class_<Space, SharedSpace>& space) {
    space
        .def(
            "mutate",
            [](const SharedSpace& self, const py::object& archs, std::uint64_t seed, double rate) {
                const Architectures parents = to_architectures(self, archs);
                const Cancellable cancellable;
                return mutate(parents, seed, rate);
            },
            py::arg("archs"), py::kw_only(), py::arg("seed") = 0, py::arg("rate") = 0.1,
            "One child a row: each network-wide gene, each block's genes together and each unit's\n"
            "depth are redrawn with probability `rate`. Row i depends on (seed, i) only.\n\n"
            "Children are canonical and inside the space; where its bans forbid 50 tries, the\n"
            "child is the parent. Raises ConfigError unless 0 <= rate <= 1.")
        .def(
            "crossover",
            [](const SharedSpace& self, const py::object& a, const py::object& b,
               std::uint64_t seed) {
                const Architectures first = to_architectures(self, a);
                const Architectures second = to_architectures(self, b);
                const Cancellable cancellable;
                return crossover(first, second, seed);
            },
            py::arg("a"), py::arg("b"), py::kw_only(), py::arg("seed") = 0,
            "One child a pair of rows: each gene comes from either parent with equal chance;\n"
            "coupled genes follow their source. Row i depends on (seed, i) only.\n\n"
            "Raises ConfigError where the batches differ in length.");
}

}  // namespace latpred::bindings

// Networks that a device is asked about: op graphs as tensors, and random networks to measure.
#include "bindings/kernels_probes.hpp"

#include "kernels/probe_networks.hpp"
#include "kernels/tensor_graph_of.hpp"

namespace latpred::bindings {

void bind_probe_networks(py::module_& m) {
    m.def("tensor_graph", &tensor_graph_of, py::arg("graph"), py::arg("batch") = 1,
          R"(An op graph as operators on tensors for a batch of images, as PyTorch has them.

Raises:
    ConfigError: For a batch below 1, or a graph without operators.)");
    m.def(
        "probe_families",
        [] {
            const auto names = probe_families();
            return std::vector<std::string>(names.begin(), names.end());
        },
        "Kinds of probes, by the block that they are made of.");
    m.def(
        "probe_family",
        [](std::uint64_t seed, std::uint64_t number) {
            return std::string(probe_family(seed, number));
        },
        py::arg("seed"), py::arg("number"), "The family of a probe.");
    m.def("probe_network", &probe_network, py::arg("seed"), py::arg("number"), Release(),
          R"(A random small network to learn a device from, always the same for a seed and number.

Blocks of the literature in sizes as networks have them: one to five in a chain, about every fifth
probe a whole network; 0.2 million to 4 billion MACs.)");
}

}  // namespace latpred::bindings

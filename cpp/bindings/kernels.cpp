// The room `kernels`: what runs as one kernel, and models of latency that sum over kernels.
#include "bindings/kernels.hpp"
#include "bindings/kernels_probes.hpp"

namespace latpred::bindings {

void bind_kernels(py::module_& m) {
    m.doc() = "Fused kernels of networks, and models of latency that sum over them.";
    bind_fused_kernels(m);
    bind_network_models(m);
    bind_probe_networks(m);
    bind_peak_memory(m);
}

}  // namespace latpred::bindings

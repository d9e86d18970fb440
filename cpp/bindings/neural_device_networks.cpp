// Networks of layers that learn from several devices and adapt to another.
#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_device_networks(py::module_& m);

void bind_device_networks([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

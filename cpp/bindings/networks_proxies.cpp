// Zero-cost proxies of networks.
#include "bindings/networks.hpp"

namespace latpred::bindings {

void bind_proxies([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

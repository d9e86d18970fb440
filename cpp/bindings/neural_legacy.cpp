// The published evaluation of transfer, for comparison.
#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_legacy_transfer(py::module_& m);

void bind_legacy_transfer([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

// HELP, meta-learning over devices.
#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_help(py::module_& m);

void bind_help([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

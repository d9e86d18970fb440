// The spaces of NDS.
#include "bindings/spaces.hpp"

namespace latpred::bindings {

void bind_nds([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

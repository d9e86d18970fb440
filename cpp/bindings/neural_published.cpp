// MultiPredict, BRP-NAS and the combined method.
#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_published_networks(py::module_& m);

void bind_published_networks([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

// Arch2Vec, CATE, and features of networks.
#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_learned_encodings(py::module_& m);

void bind_learned_encodings([[maybe_unused]] py::module_& m) {}

}  // namespace latpred::bindings

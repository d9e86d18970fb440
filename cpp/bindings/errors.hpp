// Errors on their way from Python to C++.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Throws the C++ twin of a Python error of latpred; returns for any other. Call with the GIL held.
void throw_as_domain_error(const py::error_already_set& error);

}  // namespace latpred::bindings

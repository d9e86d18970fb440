// What a caller gave, as a message shows it.
#pragma once

#include <string>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Numbers, None and short texts as they are; of anything else its type and length. Never long,
/// and runs no code of the value's class. Call with the GIL held.
std::string value_shown(py::handle value);

/// Whether it is True or False, of Python or NumPy.
bool is_truth_value(py::handle value);

/// Whether it is one, or a list or dict that holds one, so many levels deep.
bool holds_truth_value(py::handle given, int depth = 3);

}  // namespace latpred::bindings

// The signatures that pybind11 writes, read back: what a bound function takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

struct SignatureParameter {
    std::string name;  ///< "*args" and "**kwargs" with their stars
    std::string type;  ///< as in stubs
    bool keyword_only = false;
    bool has_default = false;
};

/// Of "name(self: A, count: B, *, seed: C = 0) -> D".
std::vector<SignatureParameter> read_signature(std::string_view signature);

/// What is wrong with a value for that type, as what was expected: "an integer"; nothing where it
/// may do. Only what surely does not convert is wrong.
std::optional<std::string> misfit(py::handle value, std::string_view type);

/// The type in words: "an integer", "a Space", "a list of texts".
std::string type_words(std::string_view type);

}  // namespace latpred::bindings

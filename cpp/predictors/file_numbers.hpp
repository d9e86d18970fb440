// Numbers that stand as text in a model's file.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace latpred {

/// CorruptionError, saying what it is, where the text is no number of that type.
template <class T>
T number_of(const std::string& text, const std::string& what) {
    const std::optional<T> value = parse_number<T>(text);
    if (!value)
        throw CorruptionError(
            message("damaged file: ", what, " '", excerpt(text), "' is no number"));
    return *value;
}

}  // namespace latpred

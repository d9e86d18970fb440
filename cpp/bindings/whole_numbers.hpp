// Integers from NumPy, uncut.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Whole numbers of any integer type. ConfigError for others and for numbers beyond T: NumPy's own
/// conversion would cut them.
template <class T>
std::vector<T> whole_numbers(const py::array& given, const char* what) {
    const char kind = given.dtype().kind();
    const bool wide = kind == 'u' && given.itemsize() == 8;
    if ((kind != 'i' && kind != 'u' && given.size() > 0) || given.ndim() != 1)
        throw ConfigError(message(what, ": a vector of whole numbers expected"));
    std::vector<T> numbers;
    const Array<std::int64_t> values(given);
    for (const std::int64_t value : view(values)) {
        if (!std::in_range<T>(value) || (wide && value < 0))
            throw ConfigError(message(what, ": number ", numbers.size(), " is out of range"));
        numbers.push_back(static_cast<T>(value));
    }
    return numbers;
}

}  // namespace latpred::bindings

// Checks of the methods that append an operator.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

/// ConfigError that names the operator, unless it fits. The message is put together only where it
/// is needed: this runs several times an operator.
template <class... Expected>
void require(bool fits, const std::string& part, const Expected&... expected) {
    if (!fits)
        throw ConfigError(message("operator '", excerpt(part), "': ", expected...));
}

/// ConfigError unless eps can stand under the root of a norm.
inline void require_eps(double eps, const std::string& part) {
    require(eps >= 0 && std::isfinite(eps), part, "eps ", eps, ", finite and at least 0 expected");
}

/// A length as a Shape holds it; ConfigError beyond the numbers of an int.
inline int length_of(std::int64_t length, const std::string& part) {
    require(length <= std::numeric_limits<int>::max(), part, length,
            " values in a row, fewer expected");
    return static_cast<int>(length);
}

}  // namespace latpred

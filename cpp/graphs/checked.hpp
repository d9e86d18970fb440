// Counts of networks in 64 bits, or an error.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace latpred {

[[noreturn]] inline void refuse_overflow() {
    throw ConfigError("costs of a network: more than 64 bits count; smaller layers expected");
}

/// Product; ConfigError where it overflows.
template <class... Factors>
std::int64_t times(std::int64_t product, Factors... factors) {
    const auto by = [&](std::int64_t factor) {
        if (__builtin_mul_overflow(product, factor, &product))
            refuse_overflow();
    };
    (by(factors), ...);
    return product;
}

/// The same of a sum.
inline std::int64_t plus(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        refuse_overflow();
    return sum;
}

}  // namespace latpred

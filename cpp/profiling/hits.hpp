// How often a network's first classes are right, and what that says of its accuracy.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace latpred {

/// Pictures whose class was the network's first, or among its first five.
struct Hits {
    std::int64_t first = 0;
    std::int64_t five = 0;
};

/// Of N x `classes` outputs and N labels; of equal outputs the class of the lower number comes
/// first. DataError for outputs that are not finite, ConfigError for other counts and labels that
/// are none.
Hits count_hits(std::span<const float> outputs, std::span<const std::int64_t> labels,
                std::int64_t classes);

/// Low and high ends of Wilson's interval of a share, from `hits` of `draws`. ConfigError for hits
/// outside 0 to draws, no draws, or a confidence that is not between 0 and 1.
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
std::pair<double, double> wilson_interval(std::int64_t hits, std::int64_t draws, double confidence);

}  // namespace latpred

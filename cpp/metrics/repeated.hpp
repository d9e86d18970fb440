// What repetitions of an experiment say: a mean with its interval, and two methods side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace latpred {

struct MeanInterval {
    double mean = 0;
    double deviation = 0;  ///< standard deviation of a single value
    double low = 0;        ///< of the mean's 95 % interval by Student's t
    double high = 0;
};

/// All NaN where a value is NaN or there is none; deviation and interval NaN for a single value.
MeanInterval mean_interval(std::span<const double> values);

struct PairedTest {
    std::size_t pairs = 0;
    double difference = 0;  ///< mean of first - second
    double low = 0;         ///< of its 95 % interval by Student's t
    double high = 0;
    double p_value = 0;  ///< two-sided
};

/// Two methods on the same n cases. The p value is that of a sign-flip permutation test of the mean
/// difference (Fisher 1935, "The design of experiments"): each flip of signs is as likely where
/// neither method is better. Exact up to 16 pairs, 20,000 random flips of `seed` beyond.
///
/// DataError for other numbers of values, none, or one that is not finite.
PairedTest paired_test(std::span<const double> first, std::span<const double> second,
                       std::uint64_t seed = 0);

}  // namespace latpred

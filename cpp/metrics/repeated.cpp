#include "metrics/repeated.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "metrics/additivity.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_exact = 16;
constexpr std::size_t random_flips = 20000;

/// Share of the flips of signs whose sum is as far from 0 as that of the differences.
double sign_flip_share(const std::vector<double>& differences, std::uint64_t seed) {
    const double sum = std::accumulate(differences.begin(), differences.end(), 0.0);
    double size = 0;
    for (const double one : differences)
        size += std::abs(one);
    const double bound = std::abs(sum) - 1e-12 * size;  // equal but for rounding counts
    const bool exact = differences.size() <= most_exact;
    const std::size_t flips = exact ? std::size_t{1} << differences.size() : random_flips;
    Rng rng(seed, "paired test");
    std::size_t as_far = exact ? 0 : 1;  // the signs as they are
    for (std::size_t flip = 0; flip < flips; ++flip) {
        double flipped = 0;
        for (std::size_t i = 0; i < differences.size(); ++i) {
            const bool turned = exact ? ((flip >> i) & 1U) != 0 : rng.flip(0.5);
            flipped += turned ? -differences[i] : differences[i];
        }
        as_far += std::abs(flipped) >= bound ? 1U : 0U;
    }
    return static_cast<double>(as_far) / static_cast<double>(exact ? flips : flips + 1);
}

}  // namespace

MeanInterval mean_interval(std::span<const double> values) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    if (values.empty())
        return {none, none, none, none};
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    if (values.size() == 1)
        return {mean, none, none, none};
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / (count - 1));
    const double half = student_quantile(count - 1) * deviation / std::sqrt(count);
    return {mean, deviation, mean - half, mean + half};
}

PairedTest paired_test(std::span<const double> first, std::span<const double> second,
                       std::uint64_t seed) {
    if (first.empty() || first.size() != second.size()) {
        throw DataError(message("paired test: ", first.size(), " and ", second.size(),
                                " values; two of each pair expected"));
    }
    std::vector<double> differences;
    for (std::size_t i = 0; i < first.size(); ++i) {
        differences.push_back(first[i] - second[i]);
        if (!std::isfinite(differences.back()))
            throw DataError(message("paired test: pair ", i, ": ", first[i], " and ", second[i],
                                    "; finite values expected"));
    }
    const MeanInterval mean = mean_interval(differences);
    return {first.size(), mean.mean, mean.low, mean.high, sign_flip_share(differences, seed)};
}

}  // namespace latpred

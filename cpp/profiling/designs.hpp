// Effects of placements from sampled networks of each, with intervals.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "profiling/draws.hpp"
#include "profiling/summaries.hpp"

namespace latpred {

/// A number from a sample.
struct SampledMean {
    double value = 0;
    double error = 0;  ///< standard error
    double low = 0;    ///< of Student's t interval
    double high = 0;
    double degrees = 0;
};

/// Values of one metric: n of each of P placements (P x n, row-major) and of the random networks;
/// where paired, value i of each is of the network made from random network i.
struct DesignValues {
    std::span<const double> random;
    std::span<const double> placed;
    Pairing pairing = Pairing::paired;

    [[nodiscard]] std::size_t count() const { return random.size(); }
    [[nodiscard]] std::size_t placements() const { return placed.size() / random.size(); }
    [[nodiscard]] std::span<const double> row(std::size_t p) const {
        return placed.subspan(p * count(), count());
    }
};

struct DesignEffects {
    std::vector<Summary> summaries;
    std::vector<SampledMean> effects;  ///< mean minus the mean of the random networks
    std::vector<SampledMean> family;   ///< the same with simultaneous intervals
    std::vector<double> p_value;       ///< of no effect, two-sided
    std::vector<double> p_holm;
    std::vector<double> p_bh;
    /// The largest over placements of the standard deviations of a single effect: of a pair, and of
    /// a network and a random one that have nothing to do with each other.
    double paired_deviation = 0;
    double independent_deviation = 0;
};

/// Paired effects are means of differences; independent ones have Welch's standard errors and
/// degrees. Simultaneous intervals use the correlations of the effects (those of the differences,
/// or what the shared random networks cause). DataError for sizes that do not fit and fewer than
/// 2 networks.
DesignEffects design_effects(const DesignValues& values, double confidence, std::uint64_t seed);

/// The mean over a group of placements, minus that of the random networks where `contrast`.
SampledMean group_mean(const DesignValues& values, std::span<const std::size_t> group,
                       bool contrast, double confidence);

/// The least n for which t * deviation / sqrt(n - terms) is at most `half_width`, t being Student's
/// with n - terms degrees.
std::uint64_t required_samples(double deviation, double terms, double half_width,
                               double confidence);

}  // namespace latpred

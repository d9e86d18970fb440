// The published evaluation of transfer, with its defects, to compare figures with.
#pragma once

#include <cstddef>
#include <vector>

#include "transfer/judging.hpp"

namespace latpred {

struct LegacyPlan {
    JudgePlan judge;  ///< `samples` is the last of `sizes`
    /// Numbers of samples that are visited one after the other on each target; only the last one is
    /// judged. Ascending.
    std::vector<std::size_t> sizes;
    std::vector<std::size_t> shown;  ///< networks that scores are over, whether sampled or not
    double trimmed = 0;  ///< share of the shown ones that is left out, half fast ones, half slow
    /// Of all networks, for the sampler "params", which sorts by it; may be empty for others.
    std::vector<double> accuracy;
};

/// How many of its last epochs the published score averages.
inline constexpr std::size_t averaged_epochs = 4;

/// Whether the method is fine-tuned by epochs (`EpochTuned`), so that all of the protocol applies.
bool tuned_by_epochs(const DeviceFitter& fitter);

/// Judges as NASFLAT's code did: over `shown` only, samples included. Methods that are tuned by
/// epochs learn as published, see each device's range over the whole table, go on from one size and
/// one target to the next without being reset, and score the mean of the last epochs' correlations;
/// they have no errors in ms. Others adapt to each target anew and are scored once.
///
/// Samples of a target depend on seed, device and size alone, so the order of targets acts through
/// the weights only.
///
/// Throws: as `judge_transfer`; ConfigError also for sizes that do not ascend to `judge.samples`,
///     shown networks that are too few or not in the tables, a share outside [0, 1), and "params"
///     in NAS-Bench-201 without accuracies.
std::vector<DeviceJudgement> judge_legacy(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                          const LegacyPlan& plan, const FitContext& context);

}  // namespace latpred

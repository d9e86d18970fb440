// When trials are compared with earlier ones, and which go on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace latpred {

struct SchedulerSettings {
    std::string name = "asha";  ///< one of `scheduler_names()`
    std::size_t epochs = 100;   ///< of a trial that is never stopped
    std::size_t grace = 1;      ///< epochs before the first comparison
    std::size_t reduction = 2;  ///< "asha": one of this many goes on, and the factor between rungs
    std::size_t startup = 4;  ///< "median": trials that must have come so far before one is stopped
};

/// "none" · "asha" (Li et al., MLSys 2020: successive halving that waits for nobody) · "median"
/// (Golovin et al., KDD 2017, Vizier's median stopping rule).
std::vector<std::string> scheduler_names();

constexpr std::size_t most_epochs = 1'000'000'000;  ///< of a trial
constexpr std::size_t most_decisions = 1'000'000;   ///< about a trial

/// ConfigError for an unknown name (the known ones are listed) or settings out of range: at most
/// `most_epochs`, and a grace that makes at most `most_decisions`.
void check_scheduler(const SchedulerSettings& settings);

/// Epochs after which a trial is compared, ascending, all below `epochs`.
std::vector<std::size_t> decision_epochs(const SchedulerSettings& settings);

/// Empty where a trial goes on after `own.size()` epochs, else why it stops. `own` are its losses,
/// `earlier` those of the trials before it that came at least as far, each cut to the same length.
///
/// Both rules compare the least loss so far, since that is what a trial is worth at its end: ASHA
/// keeps the best max(1, count / reduction) of those at the rung, ties going to earlier trials; the
/// median rule stops what is worse than the median of the earlier trials' mean losses.
std::string reason_to_stop(const SchedulerSettings& settings, std::span<const double> own,
                           std::span<const std::span<const double>> earlier);

}  // namespace latpred

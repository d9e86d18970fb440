// Runs the trials of a study on threads.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "tuning/study.hpp"
#include "tuning/trial.hpp"
#include "tuning/worker_monitor.hpp"

namespace latpred {

struct RunnerSettings {
    std::size_t workers = 1;
    double timeout_seconds = 0;  ///< of a trial, over all its tasks; 0: none
    SecondsNow clock = steady_seconds;
};

/// A trial as it stands, for a store.
struct TrialChange {
    std::size_t trial = 0;
    TrialRecord record;
    std::optional<SavedState> state;  ///< the newest, where it is new
    double seconds = 0;               ///< of work on it in this run
};

/// Gets all trials that changed since the last call, on the calling thread.
using ChangeSink = std::function<void(const std::vector<TrialChange>&)>;

/// Works on the study until it is finished or no trial is configured that could go on. `states` are
/// those of a store, by trial. The epochs between a state (or the start, without one) and what
/// is known of the trial are run again; being seeded they give the same.
///
/// The calling thread only feeds `sink` and polls the monitor. When one of them throws, the workers
/// are asked to stop and joined, the sink gets what was finished (unless it was the one that
/// threw), and the exception goes on; the study can be run again.
void run_study(Study& study, const TrialFactory& factory, const RunnerSettings& settings,
               std::map<std::size_t, SavedState> states, const ChangeSink& sink,
               Monitor& monitor = Monitor::current());

}  // namespace latpred

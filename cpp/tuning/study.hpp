// The state of a sweep: which trial may go on, which stops, and the ledger of all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tuning/distribution.hpp"
#include "tuning/scheduler.hpp"

namespace latpred {

enum class TrialState { waiting, running, done, stopped, failed };

/// "waiting", …
std::string state_name(TrialState state);
/// ConfigError for an unknown name.
TrialState state_named(const std::string& name);

struct TrialRecord {
    std::vector<double> configuration;  ///< empty until it is known
    TrialState state = TrialState::waiting;
    std::string reason;          ///< why it stopped or failed
    std::vector<double> losses;  ///< after each epoch, all finite
    std::size_t failures = 0;    ///< attempts that ended in an error

    [[nodiscard]] bool over() const {
        return state != TrialState::waiting && state != TrialState::running;
    }
};

/// A part of a trial that one worker does at a stretch.
struct Task {
    std::size_t trial = 0;
    std::size_t from = 0;  ///< epochs done before
    std::size_t to = 0;    ///< epochs done after it
};

struct StudySettings {
    std::size_t trials = 1;
    std::uint64_t seed = 0;
    SchedulerSettings scheduler;
    std::size_t task_epochs = 10;  ///< longest task, and so the work that a kill can cost
    std::size_t live = 64;         ///< trials begun and not over at a time (their states are kept)
    std::size_t retries = 1;       ///< failed attempts of a trial that are forgiven
};

/// A sweep whose result does not depend on who works on it. A trial is compared with earlier trials
/// only, and not before all of them have come as far or are over; so every decision follows from
/// the losses, whatever the number of workers and the order in which they report. One at a time
/// may call.
class Study {
  public:
    static constexpr std::size_t most_trials = 1'000'000;

    /// ConfigError for settings out of range.
    explicit Study(StudySettings settings);

    /// The values of trial `trial`; it must have none yet.
    void configure(std::size_t trial, std::vector<double> configuration);
    /// The first trial without configuration.
    [[nodiscard]] std::size_t configured() const { return configured_; }

    /// Something to do now, if there is any: trials with the fewest epochs first, so that the last
    /// survivors run side by side.
    std::optional<Task> take();
    /// The losses of a task's epochs, at most as many as are left. Those before one that is not
    /// finite are kept and the trial fails. `finished`: the trial ends here, though epochs were
    /// left. `stop`: it gave up, why.
    void report(std::size_t trial, std::span<const double> losses, bool finished,
                const std::optional<std::string>& stop = std::nullopt);
    /// An attempt failed; with `retry` the trial waits again, `retries` times at most.
    void fail(std::size_t trial, const std::string& reason, bool retry);
    /// The task was not done: its trial waits again.
    void release(std::size_t trial);

    /// What a store kept of an earlier run; a running trial waits again. Call `settle` after all.
    /// DataError for a record that no run of this study leaves behind.
    void restore(std::size_t trial, TrialRecord record);
    /// Takes all decisions that can be taken.
    void settle();

    [[nodiscard]] bool finished() const;
    [[nodiscard]] const StudySettings& settings() const { return settings_; }
    [[nodiscard]] const std::vector<TrialRecord>& trials() const { return trials_; }
    /// Trials that changed since the last call, ascending.
    std::vector<std::size_t> changes();
    /// Counts the trial as changed.
    void touch(std::size_t trial) { changed_.insert(trial); }

    /// The finished trial of the least loss, the earliest of equals.
    [[nodiscard]] std::optional<std::size_t> best() const;
    /// Epochs that stopped trials were spared.
    [[nodiscard]] std::size_t epochs_saved() const;
    /// SHA-256 over number, configuration, state, reason and losses of all trials, to the bit.
    [[nodiscard]] std::string ledger_hash() const;

  private:
    [[nodiscard]] std::size_t goal(std::size_t trial) const;
    void end(std::size_t trial, TrialState state, const std::string& reason);
    void decide(std::size_t trial);
    void check(std::size_t trial, const TrialRecord& record) const;
    TrialRecord& known(std::size_t trial);
    TrialRecord& running(std::size_t trial, const char* call);

    StudySettings settings_;
    std::vector<std::size_t> rungs_;
    std::vector<TrialRecord> trials_;
    std::vector<std::size_t> passed_;  ///< rungs that a trial was allowed to leave
    std::set<std::size_t> changed_;
    std::size_t configured_ = 0;
    std::size_t first_open_ = 0;  ///< all before are over
};

}  // namespace latpred

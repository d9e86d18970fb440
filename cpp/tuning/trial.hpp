// What a study runs.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/monitor.hpp"

namespace latpred {

struct StepResult {
    std::vector<double> losses;       ///< one an epoch
    bool finished = false;            ///< no epoch is left, though more were asked for
    std::optional<std::string> stop;  ///< the trial gives up: why
};

/// A trial's state after `epochs` epochs.
struct SavedState {
    std::size_t epochs = 0;
    std::string bytes;
};

/// An attempt of a trial failed. `retry`: another one may succeed.
class TrialFailure : public std::runtime_error {
  public:
    TrialFailure(const std::string& reason, bool may_retry)
        : std::runtime_error(reason), retry(may_retry) {}
    bool retry;
};

/// Somebody wants all to end (Ctrl-C, a request to exit), though it came up in a trial: the run
/// ends with `pending`, and the trial waits to be taken up again. No std::exception, which would be
/// the trial's failure.
struct StudyInterrupt {
    std::exception_ptr pending;
};

/// Work in epochs that can be left after any of them and continued elsewhere with the same result.
/// A trial is used by one thread at a time, not always the same one.
class Trial {
  public:
    Trial() = default;
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    virtual ~Trial() = default;

    /// The next `epochs` epochs. Polls the monitor often; TrialFailure where it cannot go on,
    /// StudyInterrupt where all shall end.
    virtual StepResult step(std::size_t epochs, Monitor& monitor) = 0;
    /// All that `restore` of a new object needs to be where this one is; nothing where it cannot
    /// say, then an older state or a new start must do.
    virtual std::optional<std::string> state() = 0;
    virtual void restore(const std::string& state) = 0;
};

/// Makes trial `number`. All randomness of the trial comes from `seed`. Called by several threads.
using TrialFactory = std::function<std::unique_ptr<Trial>(
    std::size_t number, const std::vector<double>& configuration, std::uint64_t seed)>;

/// Seed of a trial: depends on study and number only.
std::uint64_t trial_seed(std::uint64_t study_seed, std::size_t trial);

/// Trials that a sampler which learns draws together, seeing those before them only.
struct TrialBlock {
    std::size_t count = 0;   ///< up to the end of the block of fixed size, or of the study
    std::uint32_t seed = 0;  ///< as other libraries take it
};

/// The block that trial `begin` of `trials` is in, from there on. ConfigError for a size of 0 or a
/// trial beyond the last.
TrialBlock trial_block(std::uint64_t study_seed, std::size_t begin, std::size_t size,
                       std::size_t trials);

}  // namespace latpred

// What the calling thread does: it feeds the sink and minds the workers.
#include "tuning/runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "tuning/study_run.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_workers = 1024;

}  // namespace

/// Call with the mutex held.
std::vector<TrialChange> StudyRun::changes() {
    std::vector<TrialChange> changes;
    for (const std::size_t number : study_.changes()) {
        TrialChange change{number, study_.trials()[number], std::nullopt, seconds_[number]};
        if (new_states_.erase(number) > 0)
            change.state = states_[number];
        changes.push_back(std::move(change));
    }
    return changes;
}

/// Gives the sink all changes; false when no worker is left. Changes that it refuses count again.
bool StudyRun::feed(const ChangeSink& sink) {
    std::unique_lock lock(mutex_);
    const bool more = alive_ > 0;
    const auto batch = changes();
    lock.unlock();
    try {
        if (!batch.empty())
            sink(batch);
    } catch (...) {
        lock.lock();
        for (const TrialChange& change : batch) {
            study_.touch(change.trial);
            if (change.state)
                new_states_.insert(change.trial);
        }
        throw;
    }
    forget_over(batch);
    return more;
}

/// Only what the sink has taken is let go.
void StudyRun::forget_over(const std::vector<TrialChange>& told) {
    std::vector<std::unique_ptr<Trial>> dead;  // destroyed without the mutex
    const std::scoped_lock lock(mutex_);
    for (const TrialChange& change : told) {
        if (!change.record.over())
            continue;
        states_.erase(change.trial);
        if (auto found = idle_.extract(change.trial))
            dead.push_back(std::move(found.mapped()));
    }
}

void StudyRun::start_workers(std::vector<std::jthread>& workers) {
    for (std::size_t i = 0; i < settings_.workers; ++i) {
        const std::scoped_lock lock(mutex_);
        workers.emplace_back([this] { work(); });
        ++alive_;
    }
}

void StudyRun::cancel() {
    cancelled_ = true;
    const std::scoped_lock lock(mutex_);
    for_workers_.notify_all();
}

void StudyRun::supervise(const ChangeSink& sink, Monitor& monitor) {
    std::exception_ptr error;
    {
        std::vector<std::jthread> workers;
        try {
            start_workers(workers);
            while (feed(sink)) {
                monitor.poll();
                std::unique_lock lock(mutex_);
                for_caller_.wait_for(lock, std::chrono::milliseconds(20));
            }
        } catch (...) {
            error = std::current_exception();
            cancel();
        }
    }
    if (!error)
        error = error_;
    if (!error)
        return;
    try {
        feed(sink);
    } catch (...) {  // NOLINT(bugprone-empty-catch): the first error says more
    }
    std::rethrow_exception(error);
}

std::uint64_t trial_seed(std::uint64_t study_seed, std::size_t trial) {
    return Rng(study_seed, "trial", trial).next_u64() >> 1;  // fits the signed seeds of others
}

TrialBlock trial_block(std::uint64_t study_seed, std::size_t begin, std::size_t size,
                       std::size_t trials) {
    if (size < 1 || begin >= trials) {
        throw ConfigError(message("study: block of ", size, " trials from number ", begin, " of ",
                                  trials, ", at least 1 of those there are expected"));
    }
    return {std::min(size - begin % size, trials - begin),
            static_cast<std::uint32_t>(trial_seed(study_seed, begin))};
}

void run_study(Study& study, const TrialFactory& factory, const RunnerSettings& settings,
               std::map<std::size_t, SavedState> states, const ChangeSink& sink, Monitor& monitor) {
    if (settings.workers < 1 || settings.workers > most_workers || !(settings.timeout_seconds >= 0))
        throw ConfigError(message("study: ", settings.workers, " workers, timeout ",
                                  settings.timeout_seconds, " s: 1 to ", most_workers,
                                  " workers and a timeout of at least 0 expected"));
    StudyRun(study, factory, settings, std::move(states)).supervise(sink, monitor);
}

}  // namespace latpred

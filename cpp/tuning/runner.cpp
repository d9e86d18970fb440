#include "tuning/runner.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// One run: what workers and the calling thread share.
class Run {
  public:
    Run(Study& study, const TrialFactory& factory, RunnerSettings settings,
        std::map<std::size_t, SavedState> states)
        : study_(study), factory_(factory), settings_(std::move(settings)),
          states_(std::move(states)) {}

    void supervise(const ChangeSink& sink, Monitor& monitor);

  private:
    struct Attempt {
        StepResult result;
        std::optional<std::string> state;
        std::unique_ptr<Trial> trial;
        double seconds = 0;
    };

    void work();
    void perform(const Task& task);
    Attempt attempt(const Task& task, std::unique_ptr<Trial> trial, WorkerMonitor& monitor);
    std::unique_ptr<Trial> begin(const Task& task, WorkerMonitor& monitor);
    void accept(const Task& task, Attempt&& done);
    void fail(const Task& task, const std::string& reason, bool retry, double seconds);
    std::vector<TrialChange> changes();
    bool feed(const ChangeSink& sink);
    void forget_over(const std::vector<TrialChange>& told);
    void start_workers(std::vector<std::jthread>& workers);
    void cancel();
    [[nodiscard]] double seconds_left(std::size_t trial) const;

    Study& study_;
    const TrialFactory& factory_;
    RunnerSettings settings_;
    std::mutex mutex_;  // of all below and of the study
    std::condition_variable for_workers_;
    std::condition_variable for_caller_;
    std::map<std::size_t, SavedState> states_;            // of trials that are not over
    std::map<std::size_t, std::unique_ptr<Trial>> idle_;  // begun, waiting for a worker
    std::map<std::size_t, double> seconds_;
    std::map<std::size_t, double> attempt_seconds_;  // since the last failure
    std::set<std::size_t> new_states_;
    std::size_t busy_ = 0;
    std::size_t alive_ = 0;  // workers
    std::atomic<bool> cancelled_{false};
};

double Run::seconds_left(std::size_t trial) const {
    if (settings_.timeout_seconds <= 0)
        return 0;
    const auto used = attempt_seconds_.find(trial);
    const double spent = used == attempt_seconds_.end() ? 0 : used->second;
    return std::max(settings_.timeout_seconds - spent, 1e-9);
}

/// A worker ends when nothing is left to do; tasks in hand may still bring more.
void Run::work() {
    std::unique_lock lock(mutex_);
    while (!cancelled_) {
        const auto task = study_.take();
        if (task) {
            ++busy_;
            lock.unlock();
            perform(*task);
            lock.lock();
            --busy_;
            for_workers_.notify_all();
            for_caller_.notify_all();
        } else if (busy_ == 0) {
            break;
        } else {
            for_workers_.wait(lock);
        }
    }
    --alive_;
    for_workers_.notify_all();
    for_caller_.notify_all();
}

void Run::perform(const Task& task) {
    std::unique_ptr<Trial> trial;
    double left = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = idle_.find(task.trial); found != idle_.end()) {
            trial = std::move(found->second);
            idle_.erase(found);
        }
        left = seconds_left(task.trial);
    }
    WorkerMonitor monitor(cancelled_, left, settings_.clock);
    try {
        Attempt done = attempt(task, std::move(trial), monitor);
        done.seconds = monitor.seconds();
        accept(task, std::move(done));
    } catch (const TrialFailure& failure) {
        const std::string timeout = message("timeout: more than ", settings_.timeout_seconds, " s");
        fail(task, monitor.late() ? timeout : failure.what(), failure.retry, monitor.seconds());
    } catch (const Cancelled&) {
        const std::scoped_lock lock(mutex_);
        study_.release(task.trial);
    } catch (const std::exception& error) {
        fail(task, error.what(), true, monitor.seconds());
    } catch (...) {
        fail(task, "unknown error", true, monitor.seconds());
    }
}

std::unique_ptr<Trial> Run::begin(const Task& task, WorkerMonitor& monitor) {
    std::optional<SavedState> state;
    std::vector<double> configuration;
    std::uint64_t seed = 0;
    {
        const std::scoped_lock lock(mutex_);
        configuration = study_.trials()[task.trial].configuration;
        seed = trial_seed(study_.settings().seed, task.trial);
        if (const auto found = states_.find(task.trial); found != states_.end())
            state = found->second;
    }
    auto trial = factory_(task.trial, configuration, seed);
    std::size_t done = 0;
    if (state && state->epochs <= task.from) {
        trial->restore(state->bytes);
        done = state->epochs;
    }
    if (done < task.from)
        trial->step(task.from - done, monitor);
    return trial;
}

Run::Attempt Run::attempt(const Task& task, std::unique_ptr<Trial> trial, WorkerMonitor& monitor) {
    Attempt done;
    done.trial = trial ? std::move(trial) : begin(task, monitor);
    done.result = done.trial->step(task.to - task.from, monitor);
    monitor.poll();
    if (!done.result.stop)
        done.state = done.trial->state();
    return done;
}

void Run::accept(const Task& task, Attempt&& done) {
    std::unique_ptr<Trial> over;  // dies outside the lock
    const std::scoped_lock lock(mutex_);
    seconds_[task.trial] += done.seconds;
    attempt_seconds_[task.trial] += done.seconds;
    study_.report(task.trial, done.result.losses, done.result.finished, done.result.stop);
    if (done.state) {
        const std::size_t epochs = study_.trials()[task.trial].losses.size();
        states_[task.trial] = {epochs, *std::move(done.state)};
        new_states_.insert(task.trial);
    }
    if (study_.trials()[task.trial].over())
        over = std::move(done.trial);
    else
        idle_[task.trial] = std::move(done.trial);
}

void Run::fail(const Task& task, const std::string& reason, bool retry, double seconds) {
    const std::scoped_lock lock(mutex_);
    seconds_[task.trial] += seconds;
    attempt_seconds_[task.trial] = 0;
    study_.fail(task.trial, reason, retry);
}

/// Call with the mutex held.
std::vector<TrialChange> Run::changes() {
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
bool Run::feed(const ChangeSink& sink) {
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
void Run::forget_over(const std::vector<TrialChange>& told) {
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

void Run::start_workers(std::vector<std::jthread>& workers) {
    for (std::size_t i = 0; i < settings_.workers; ++i) {
        const std::scoped_lock lock(mutex_);
        workers.emplace_back([this] { work(); });
        ++alive_;
    }
}

void Run::cancel() {
    cancelled_ = true;
    const std::scoped_lock lock(mutex_);
    for_workers_.notify_all();
}

void Run::supervise(const ChangeSink& sink, Monitor& monitor) {
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
        return;
    try {
        feed(sink);
    } catch (...) {  // NOLINT(bugprone-empty-catch): the first error says more
    }
    std::rethrow_exception(error);
}

}  // namespace

std::uint64_t trial_seed(std::uint64_t study_seed, std::size_t trial) {
    return Rng(study_seed, "trial", trial).next_u64() >> 1;  // fits the signed seeds of others
}

void run_study(Study& study, const TrialFactory& factory, const RunnerSettings& settings,
               std::map<std::size_t, SavedState> states, const ChangeSink& sink, Monitor& monitor) {
    if (settings.workers < 1 || settings.timeout_seconds < 0)
        throw ConfigError(message("study: ", settings.workers, " workers, timeout ",
                                  settings.timeout_seconds,
                                  " s: at least 1 worker and a timeout of at least 0 expected"));
    Run(study, factory, settings, std::move(states)).supervise(sink, monitor);
}

}  // namespace latpred

// What the workers do.
#include "tuning/study_run.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

double StudyRun::seconds_left(std::size_t trial) const {
    if (settings_.timeout_seconds <= 0)
        return 0;
    const auto used = attempt_seconds_.find(trial);
    const double spent = used == attempt_seconds_.end() ? 0 : used->second;
    return std::max(settings_.timeout_seconds - spent, 1e-9);
}

/// A worker ends when nothing is left to do; tasks in hand may still bring more.
void StudyRun::work() {
    std::unique_lock lock(mutex_);
    while (!cancelled_) {
        const auto task = study_.take();
        if (task) {
            ++busy_;
            lock.unlock();
            std::exception_ptr error;
            try {
                perform(*task);
            } catch (...) {  // a thread that lets one go ends the process
                error = std::current_exception();
            }
            lock.lock();
            if (error)
                give_up(*task, error);
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

/// Ends the run: what went wrong is not the trial's doing. Call with the mutex held.
void StudyRun::give_up(const Task& task, std::exception_ptr error) {
    if (!error_)
        error_ = std::move(error);
    cancelled_ = true;
    if (study_.trials()[task.trial].state == TrialState::running)
        study_.release(task.trial);
}

void StudyRun::perform(const Task& task) {
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
    std::optional<Attempt> done;
    std::string reason = "unknown error";
    bool retry = true;
    bool timed = false;
    try {
        done = attempt(task, std::move(trial), monitor);
    } catch (const TrialFailure& failure) {
        reason = failure.what();
        retry = failure.retry;
        timed = true;
    } catch (const Cancelled&) {
        const std::scoped_lock lock(mutex_);
        study_.release(task.trial);
        return;
    } catch (const StudyInterrupt&) {
        throw;
    } catch (const std::exception& error) {
        reason = error.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch): of any type, so nothing more is known
    }
    const double seconds = monitor.seconds();
    if (done) {
        done->seconds = seconds;
        accept(task, *std::move(done));
    } else if (timed && monitor.late()) {
        fail(task, message("timeout: more than ", settings_.timeout_seconds, " s"), retry, seconds);
    } else {
        fail(task, reason, retry, seconds);
    }
}

std::unique_ptr<Trial> StudyRun::begin(const Task& task, WorkerMonitor& monitor) {
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

StudyRun::Attempt StudyRun::attempt(const Task& task, std::unique_ptr<Trial> trial,
                                    WorkerMonitor& monitor) {
    Attempt done;
    done.trial = trial ? std::move(trial) : begin(task, monitor);
    const std::size_t epochs = task.to - task.from;
    done.result = done.trial->step(epochs, monitor);
    if (done.result.losses.size() > epochs)
        throw TrialFailure(
            message("a step of ", epochs, " epochs gave ", done.result.losses.size(), " losses"),
            false);
    monitor.poll();
    if (!done.result.stop)
        done.state = done.trial->state();
    return done;
}

void StudyRun::accept(const Task& task, Attempt&& done) {
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

void StudyRun::fail(const Task& task, const std::string& reason, bool retry, double seconds) {
    const std::scoped_lock lock(mutex_);
    seconds_[task.trial] += seconds;
    attempt_seconds_[task.trial] = 0;
    study_.fail(task.trial, reason, retry);
}

}  // namespace latpred

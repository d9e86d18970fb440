// One run of a study on threads; private to the runner.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tuning/runner.hpp"

namespace latpred {

/// One run: what workers and the calling thread share.
class StudyRun {
  public:
    StudyRun(Study& study, const TrialFactory& factory, RunnerSettings settings,
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
    void give_up(const Task& task, std::exception_ptr error);
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
    std::exception_ptr error_;  // the first that a worker met outside its trial
};

}  // namespace latpred

#include "tuning/study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<const char*, 5> state_names = {"waiting", "running", "done", "stopped",
                                                    "failed"};

constexpr std::size_t most_of_reason = 500;

double least_loss(const TrialRecord& record) {
    return *std::min_element(record.losses.begin(), record.losses.end());
}

}  // namespace

std::string state_name(TrialState state) {
    return state_names.at(static_cast<std::size_t>(state));
}

TrialState state_named(const std::string& name) {
    const auto* const found = std::find(state_names.begin(), state_names.end(), name);
    if (found == state_names.end())
        throw ConfigError("study: unknown trial state " + excerpt(name) +
                          did_you_mean(name, state_names));
    return static_cast<TrialState>(found - state_names.begin());
}

Study::Study(StudySettings settings) : settings_(std::move(settings)) {
    check_scheduler(settings_.scheduler);
    if (settings_.trials < 1 || settings_.task_epochs < 1 || settings_.live < 1 ||
        settings_.trials > most_trials)
        throw ConfigError(message("study: ", settings_.trials, " trials, tasks of ",
                                  settings_.task_epochs, " epochs, ", settings_.live,
                                  " at a time: at least 1 expected each, and at most ", most_trials,
                                  " trials"));
    rungs_ = decision_epochs(settings_.scheduler);
    trials_.resize(settings_.trials);
    passed_.resize(settings_.trials);
}

void Study::configure(std::size_t trial, std::vector<double> configuration) {
    TrialRecord& record = known(trial);
    if (!record.configuration.empty())
        throw ConfigError("study: trial " + std::to_string(trial) + " has its values already");
    record.configuration = std::move(configuration);
    changed_.insert(trial);
    while (configured_ < trials_.size() && !trials_[configured_].configuration.empty())
        ++configured_;
}

/// Epochs to which the trial may go without a decision.
std::size_t Study::goal(std::size_t trial) const {
    const std::size_t passed = passed_[trial];
    return passed < rungs_.size() ? rungs_[passed] : settings_.scheduler.epochs;
}

std::optional<Task> Study::take() {
    std::size_t live = 0;
    for (std::size_t i = first_open_; i < configured_; ++i) {
        const TrialRecord& record = trials_[i];
        live += record.state == TrialState::running ||
                        (record.state == TrialState::waiting && !record.losses.empty())
                    ? 1
                    : 0;
    }
    std::optional<Task> best;
    for (std::size_t i = first_open_; i < configured_; ++i) {
        const TrialRecord& record = trials_[i];
        const std::size_t done = record.losses.size();
        // The first open trial waits for nobody, so it may always begin: no deadlock.
        const bool may_begin = done > 0 || live < settings_.live || i == first_open_;
        if (record.state != TrialState::waiting || done >= goal(i) || !may_begin)
            continue;
        if (!best || done < best->from)
            best = Task{i, done, done + std::min(goal(i) - done, settings_.task_epochs)};
    }
    if (best) {
        trials_[best->trial].state = TrialState::running;
        changed_.insert(best->trial);
    }
    return best;
}

TrialRecord& Study::known(std::size_t trial) {
    if (trial >= trials_.size())
        throw ConfigError(message("study: trial ", trial, " of ", trials_.size()));
    return trials_[trial];
}

TrialRecord& Study::running(std::size_t trial, const char* call) {
    TrialRecord& record = known(trial);
    if (record.state != TrialState::running)
        throw ConfigError(std::string("study: ") + call + " of trial " + std::to_string(trial) +
                          ", which is " + state_name(record.state) + ", a running one expected");
    return record;
}

void Study::report(std::size_t trial, std::span<const double> losses, bool finished,
                   const std::optional<std::string>& stop) {
    TrialRecord& record = running(trial, "report");
    if (losses.size() > settings_.scheduler.epochs - record.losses.size())
        throw ConfigError(message("study: ", losses.size(), " losses of trial ", trial, " after ",
                                  record.losses.size(), " of ", settings_.scheduler.epochs,
                                  " epochs: one for each epoch expected"));
    for (const double loss : losses) {
        if (!std::isfinite(loss)) {
            end(trial, TrialState::failed,
                "loss " + std::string(std::isnan(loss) ? "nan" : "inf") + " in epoch " +
                    std::to_string(record.losses.size() + 1));
            settle();
            return;
        }
        record.losses.push_back(loss + 0.0);  // no -0, which a store may not keep
    }
    record.state = TrialState::waiting;
    changed_.insert(trial);
    if (stop)
        end(trial, TrialState::stopped, *stop);
    else if (finished && record.losses.empty())
        end(trial, TrialState::failed, "ended without a loss");
    else if (finished || record.losses.size() >= settings_.scheduler.epochs)
        end(trial, TrialState::done, "");
    settle();
}

void Study::fail(std::size_t trial, const std::string& reason, bool retry) {
    TrialRecord& record = running(trial, "fail");
    ++record.failures;
    record.state = TrialState::waiting;
    changed_.insert(trial);
    if (!retry || record.failures > settings_.retries)
        end(trial, TrialState::failed, reason);
    settle();
}

void Study::release(std::size_t trial) {
    running(trial, "release").state = TrialState::waiting;
    changed_.insert(trial);
}

void Study::end(std::size_t trial, TrialState state, const std::string& reason) {
    std::string line = reason;  // a traceback, or what a library repeats of its input
    std::ranges::replace(line, '\n', ' ');
    trials_[trial].state = state;
    trials_[trial].reason = excerpt(line, most_of_reason);
    changed_.insert(trial);
}

void Study::check(std::size_t trial, const TrialRecord& record) const {
    const std::size_t epochs = settings_.scheduler.epochs;
    const auto finite = [](double value) { return std::isfinite(value); };
    if (!std::ranges::all_of(record.losses, finite) ||
        !std::ranges::all_of(record.configuration, finite) || record.losses.size() > epochs ||
        (record.state == TrialState::done && record.losses.empty()) ||
        (!record.over() && record.losses.size() == epochs))
        throw DataError(message("study: the record of trial ", trial, ", ",
                                state_name(record.state), " with ", record.losses.size(),
                                " losses, is not of ", epochs, " epochs with finite values"));
}

void Study::restore(std::size_t trial, TrialRecord record) {
    check(trial, record);
    if (record.state == TrialState::running)
        record.state = TrialState::waiting;
    const std::vector<double> configuration = std::move(record.configuration);
    record.configuration.clear();
    known(trial) = std::move(record);
    configure(trial, configuration);
}

void Study::settle() {
    // Epochs that all trials before this one have come to, or are over.
    std::size_t reached = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = first_open_; i < trials_.size(); ++i) {
        TrialRecord& record = trials_[i];
        while (record.state == TrialState::waiting && passed_[i] < rungs_.size() &&
               rungs_[passed_[i]] <= std::min(record.losses.size(), reached))
            decide(i);
        if (!record.over())
            reached = std::min(reached, record.losses.size());
    }
    while (first_open_ < trials_.size() && trials_[first_open_].over())
        ++first_open_;
}

void Study::decide(std::size_t trial) {
    const std::size_t rung = rungs_[passed_[trial]];
    std::vector<std::span<const double>> earlier;
    for (std::size_t i = 0; i < trial; ++i) {
        if (trials_[i].losses.size() >= rung)
            earlier.emplace_back(std::span(trials_[i].losses).first(rung));
    }
    const auto own = std::span<const double>(trials_[trial].losses).first(rung);
    const std::string reason = reason_to_stop(settings_.scheduler, own, earlier);
    if (reason.empty())
        ++passed_[trial];
    else
        end(trial, TrialState::stopped, reason);
}

bool Study::finished() const {
    return first_open_ == trials_.size();
}

std::vector<std::size_t> Study::changes() {
    std::vector<std::size_t> numbers(changed_.begin(), changed_.end());
    changed_.clear();
    return numbers;
}

std::optional<std::size_t> Study::best() const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < trials_.size(); ++i) {
        if (trials_[i].state == TrialState::done &&
            (!best || least_loss(trials_[i]) < least_loss(trials_[*best])))
            best = i;
    }
    return best;
}

std::size_t Study::epochs_saved() const {
    std::size_t saved = 0;
    for (const TrialRecord& record : trials_) {
        if (record.state == TrialState::stopped)
            saved += settings_.scheduler.epochs - record.losses.size();
    }
    return saved;
}

}  // namespace latpred

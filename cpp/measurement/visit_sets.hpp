// The visits of one network, kept in sets: a change of the references begins a new one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "measurement/verdict.hpp"

namespace latpred {

/// Within a set the references stood to each other as at its begin. Visits of a sweep during which
/// they changed are in no set.
class VisitSets {
  public:
    void add(Visit visit) { all_.push_back({std::move(visit), set_}); }
    /// Takes the last visit out of its set: the references changed during its sweep.
    void set_last_apart() { all_.back().set = apart; }
    /// The references changed for good; what follows is another set.
    void begin_set() { ++set_; }

    [[nodiscard]] int made() const { return static_cast<int>(all_.size()); }
    /// Of the set that is being measured.
    [[nodiscard]] std::vector<Visit> current() const { return of(set_); }
    /// Each set that holds visits, in the order of time.
    [[nodiscard]] std::vector<std::vector<Visit>> sets() const;
    /// All that were made, in the order of time.
    [[nodiscard]] std::vector<Visit> all() const;

  private:
    static constexpr int apart = -1;
    struct Member {
        Visit visit;
        int set;
    };
    [[nodiscard]] std::vector<Visit> of(int set) const;

    std::vector<Member> all_;
    int set_ = 0;
};

/// What is said of a network in the end.
struct Outcome {
    Verdict verdict;
    std::vector<Visit> visits;  ///< that it rests on
    Estimate estimate;
};

/// The outcome after the verdict of the stop rule.
///
/// It rests on the last set; where that has too few visits for an interval and an earlier one has
/// enough, on the last of those. Sets that contradict each other, with intervals that do not touch
/// and medians further apart than the precision asked, are `drift`: nobody knows which of the
/// states is the right one. So is a network that was only visited while the references changed.
/// With `drift` all visits count, and their range stands for the interval.
Outcome outcome_of(const VisitSets& visits, Verdict verdict, const Effort& effort, Scope scope);

}  // namespace latpred

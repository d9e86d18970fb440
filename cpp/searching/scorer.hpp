// Evaluating candidates: constraint values first, then goals, and the record of both.
#pragma once

#include <string>
#include <vector>

#include "searching/front.hpp"
#include "searching/problem.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Architectures with their constraint values (N x C, row-major) and, once evaluated, scores.
struct Population {
    explicit Population(const Problem& problem)
        : archs(problem.space), width(problem.constraints.size()), goals(problem.goals.size()) {}

    [[nodiscard]] std::size_t size() const { return archs.size(); }
    [[nodiscard]] std::span<const double> limits(std::size_t i) const {
        return std::span(values).subspan(i * width, width);
    }
    /// All that are evaluated.
    [[nodiscard]] Points points() const { return {scores, goals}; }
    void append(std::span<const GeneValue> row, std::span<const double> row_values);
    /// Row i of another population, with its scores.
    void append(const Population& other, std::size_t i);

    Architectures archs;
    std::vector<double> values;
    std::vector<double> scores;  ///< row-major, higher is better; may be fewer rows than archs
    std::size_t width = 0;       ///< number of constraints C
    std::size_t goals = 0;       ///< number of goals M
};

/// One entry a generation (or chunk): the state after it.
struct History {
    std::vector<std::size_t> evaluations;
    std::vector<double> best;         ///< first goal of the best architecture so far
    std::vector<double> latency;      ///< its latency; NaN without constraints
    std::vector<double> hypervolume;  ///< of the front so far; only where it was asked for
};

/// What a search found.
struct SearchResult {
    explicit SearchResult(const SpacePtr& space) : best(space), front(space) {}

    Architectures best;             ///< one row
    std::vector<double> objective;  ///< its goals
    std::vector<double> values;     ///< of the constraints
    Architectures front;  ///< non-dominated in all goals; best value of the last goal first
    std::vector<double> front_values;  ///< N x M, row-major
    std::vector<double> reference;     ///< of the hypervolumes; empty where there are none
    History history;
    std::size_t evaluations = 0;  ///< of the goals
    std::size_t queries = 0;      ///< of the constraints
    std::string stopped;          ///< why the search ended
    /// A sentence for each limit that none of the queried networks exceeds: it may be in another
    /// unit than the quantity.
    std::vector<std::string> hints;
};

/// Of a front that shall be whole: none with two goals, where points are kept in order; 5,000 with
/// more, as every new point is compared with all of them.
std::size_t front_capacity(const Problem& problem);

/// Calls the objectives of one problem in batches, counts, and keeps the best and the front.
class Scorer {
  public:
    explicit Scorer(const Problem& problem, std::size_t front_capacity = 1000);

    /// Constraint values, N x C. DataError where one is NaN.
    std::vector<double> constraint_values(const Architectures& archs);
    [[nodiscard]] bool feasible(std::span<const double> values) const;

    /// Fills in the missing scores of a feasible population and records them. DataError where one
    /// is NaN or infinite.
    void score(Population& population);

    /// From now on the history holds the hypervolume of the front over `reference` (M values of
    /// the goals); an empty one means the worst scores of `population`.
    void watch_hypervolume(const std::vector<double>& reference, const Population& population);

    /// Adds an entry to the history.
    void mark();
    /// What was recorded; needs at least one scored architecture.
    [[nodiscard]] SearchResult result(std::string stopped) const;

    [[nodiscard]] const Problem& problem() const { return problem_; }
    [[nodiscard]] std::size_t evaluations() const { return evaluations_; }

  private:
    void record(const Population& population, std::size_t i);
    [[nodiscard]] std::vector<std::string> idle_limits() const;
    /// Scores as values of the goals and back.
    [[nodiscard]] std::vector<double> turned(std::span<const double> scores) const;

    const Problem& problem_;
    ParetoFront front_;
    History history_;
    Population best_;
    std::vector<double> reference_;  ///< as scores
    std::size_t evaluations_ = 0;
    std::size_t queries_ = 0;
    std::vector<double> largest_;  ///< value of each constraint
};

}  // namespace latpred

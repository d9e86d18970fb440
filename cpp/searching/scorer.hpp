// Evaluating candidates: constraint values first, objective values, and the record of both.
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
        : archs(problem.space), width(problem.constraints.size()) {}

    [[nodiscard]] std::size_t size() const { return archs.size(); }
    [[nodiscard]] std::span<const double> limits(std::size_t i) const {
        return std::span(values).subspan(i * width, width);
    }
    void append(std::span<const GeneValue> row, std::span<const double> row_values);
    /// Row i of another population, with its score.
    void append(const Population& other, std::size_t i);

    Architectures archs;
    std::vector<double> values;
    std::vector<double> scores;  ///< higher is better; may be shorter than archs until evaluated
    std::size_t width = 0;       ///< number of constraints C
};

/// One entry a generation (or chunk): the state after it.
struct History {
    std::vector<std::size_t> evaluations;
    std::vector<double> best;     ///< objective of the best architecture so far
    std::vector<double> latency;  ///< its latency; NaN without constraints
};

/// What a search found.
struct SearchResult {
    explicit SearchResult(const SpacePtr& space) : best(space), front(space) {}

    Architectures best;  ///< one row
    double objective = 0;
    std::vector<double> values;  ///< of the constraints
    Architectures front;         ///< non-dominated in (objective, latency), ascending latency
    std::vector<double> front_objective;
    std::vector<double> front_latency;
    History history;
    std::size_t evaluations = 0;  ///< of the objective
    std::size_t queries = 0;      ///< of the constraints
    std::string stopped;          ///< why the search ended
};

/// Calls the objectives of one problem in batches, counts, and keeps the best and the front.
class Scorer {
  public:
    explicit Scorer(const Problem& problem, std::size_t front_capacity = 1000);

    /// Constraint values, N x C. DataError where one is NaN.
    std::vector<double> constraint_values(const Architectures& archs);
    [[nodiscard]] bool feasible(std::span<const double> values) const;

    /// Fills in the missing scores of a feasible population and records them. DataError for NaN.
    void score(Population& population);

    /// Adds an entry to the history.
    void mark();
    /// What was recorded; needs at least one scored architecture.
    [[nodiscard]] SearchResult result(std::string stopped) const;

    [[nodiscard]] const Problem& problem() const { return problem_; }
    [[nodiscard]] std::size_t evaluations() const { return evaluations_; }

  private:
    void record(const Population& population, std::size_t i);

    const Problem& problem_;
    ParetoFront front_;
    History history_;
    Population best_;
    std::size_t evaluations_ = 0;
    std::size_t queries_ = 0;
};

}  // namespace latpred

// How near to the limits the judged architectures came.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "searching/scorer.hpp"

namespace latpred {

/// How far constraint values exceed their limits, summed relative to the limits; 0 inside them.
double excess(const Problem& problem, std::span<const double> values);

/// The `wanted` rows that exceed the limits least, the nearest first; without scores.
Population nearest_rows(const Problem& problem, const Population& among, std::size_t wanted);

class Reach {
  public:
    explicit Reach(const Problem& problem);

    /// Takes note of rows and their constraint values (N x C, as they were answered: an objective
    /// that measures may answer otherwise another time).
    void note(const Architectures& archs, std::span<const double> values);

    /// Whether a row kept all limits.
    [[nodiscard]] bool found() const { return nearest_.size() > 0 && nearest_excess_ <= 0; }
    /// The row that exceeds the limits least, with its values.
    [[nodiscard]] const Population& nearest() const { return nearest_; }
    [[nodiscard]] double least(std::size_t constraint) const { return least_[constraint]; }
    /// A row with the least value of the constraint; empty where no row was judged.
    [[nodiscard]] std::span<const GeneValue> least_row(std::size_t constraint) const {
        return least_rows_[constraint];
    }

    /// InfeasibleError: the least value of every limit that cannot be kept even alone, or the
    /// nearest architecture where limits fail only together. ConfigError for an empty space.
    [[noreturn]] void refuse(bool exact) const;

  private:
    const Problem& problem_;
    Population nearest_;
    double nearest_excess_ = std::numeric_limits<double>::infinity();
    std::vector<double> least_;
    std::vector<std::vector<GeneValue>> least_rows_;
};

}  // namespace latpred

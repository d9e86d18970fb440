// The non-dominated set of (score, latency), kept while a search runs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spaces/gene.hpp"

namespace latpred {

struct FrontPoint {
    double score = 0;    ///< higher is better
    double latency = 0;  ///< lower is better
    std::vector<GeneValue> genes;
};

/// At most `capacity` points; beyond, the one nearest to its neighbours goes. The ends stay.
class ParetoFront {
  public:
    explicit ParetoFront(std::size_t capacity) : capacity_(capacity) {}

    /// False where the point is dominated by, or equal to, a kept one.
    bool insert(double score, double latency, std::span<const GeneValue> genes);

    /// By ascending latency and, as no point is dominated, ascending score.
    [[nodiscard]] const std::vector<FrontPoint>& points() const { return points_; }

  private:
    void thin();

    std::size_t capacity_;
    std::vector<FrontPoint> points_;
};

}  // namespace latpred

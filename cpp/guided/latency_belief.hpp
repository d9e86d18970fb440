// What a search believes of latencies, and what measurements teach it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "guided/refined_model.hpp"

namespace latpred {

/// Predictions and what measurements hardly exceed, both corrected by a common factor of the
/// device: the geometric mean of measured / predicted over what was measured, drawn towards 1 as
/// far as the width of the bounds explains it, and never below 1, as networks that a search picks
/// are those that the model is too kind to.
class LatencyBelief {
  public:
    using Shared = std::shared_ptr<const Objective>;

    /// Of a model that learns from each measurement; `model` outlives this. Throws as `UpperBound`.
    LatencyBelief(RefinedModel& model, double confidence);
    /// Of objectives that stay as they are.
    LatencyBelief(Shared prediction, Shared upper, SpacePtr space);

    [[nodiscard]] Shared prediction() const;
    [[nodiscard]] Shared upper() const;

    /// Latencies of networks that were measured.
    void learn(const Architectures& archs, std::span<const double> latencies);
    /// The common factor.
    [[nodiscard]] double factor() const { return factor_; }

  private:
    void correct();

    RefinedModel* model_ = nullptr;
    double confidence_ = 0;
    Shared prediction_, upper_;  ///< without the factor
    Architectures archs_;
    std::vector<double> latencies_;
    double factor_ = 1;
};

}  // namespace latpred

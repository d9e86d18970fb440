// The baseline of every comparison: latency as an affine function of multiply-accumulates.
#pragma once

#include <memory>

#include "predictors/predictor.hpp"

namespace latpred {

class FlopsPredictor final : public Predictor {
  public:
    FlopsPredictor(const SpacePtr& space, ModelInfo info, double constant, double per_gmac)
        : Predictor(space, std::move(info)), constant_(constant), per_gmac_(per_gmac) {}

    [[nodiscard]] double constant() const { return constant_; }  ///< ms
    [[nodiscard]] double per_gmac() const { return per_gmac_; }  ///< ms per 10^9 MACs
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    double constant_;
    double per_gmac_;
};

/// Least squares; with one distinct number of MACs the mean. DataError as for `fit_additive`.
std::shared_ptr<FlopsPredictor> fit_flops(const Architectures& archs,
                                          std::span<const double> values, ModelInfo info);

std::shared_ptr<Predictor> load_flops_predictor(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file);

}  // namespace latpred

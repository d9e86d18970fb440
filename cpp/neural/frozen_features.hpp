// A network of random features: a frozen body, and a head that is fitted to its features.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neural/frozen_body.hpp"
#include "neural/gene_scaling.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// DGL's predictor of architecture factors (Wang and Zhang, IEEE TMC 2024): genes as numbers -> the
/// body's widths -> head -> 1, tanh behind each layer but the last; kind "frozen-features".
/// value = divisor x output of the network.
class FrozenFeatures final : public Predictor {
  public:
    /// `head`: layers behind the body, the last of one output. ConfigError, DataError where sizes
    /// do not fit or a number is not finite.
    FrozenFeatures(const SpacePtr& space, ModelInfo info, GeneScaling scaling,
                   std::shared_ptr<const FrozenBody> body, std::vector<DenseLayer> head,
                   double divisor);

    [[nodiscard]] const FrozenBody& body() const { return *body_; }
    [[nodiscard]] const std::vector<DenseLayer>& head() const { return head_; }
    [[nodiscard]] const GeneScaling& scaling() const { return scaling_; }
    [[nodiscard]] double divisor() const { return divisor_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    GeneScaling scaling_;
    std::shared_ptr<const FrozenBody> body_;
    std::vector<DenseLayer> head_;
    TanhLayers packed_;
    double divisor_;
};

/// ModelVersionError where this build draws other weights from the seed of the file.
std::shared_ptr<Predictor> load_frozen_features(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file);

}  // namespace latpred

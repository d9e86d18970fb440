// A predictor that feeds the one-hot encoding to a multi-layer perceptron.
#pragma once

#include "encodings/encoding.hpp"
#include "neural/mlp.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// The originals' accuracy and latency networks, e.g. OFA's 128-400-400-400-1; kind "mlp".
/// value = scale x output of the network.
class MlpObjective final : public Predictor {
  public:
    /// ConfigError where the network's inputs are not the space's one-hot features.
    MlpObjective(const SpacePtr& space, ModelInfo info, std::vector<DenseLayer> layers,
                 double scale);

    [[nodiscard]] const Mlp& network() const { return network_; }
    [[nodiscard]] double scale() const { return scale_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    EncodingPtr encoding_;
    Mlp network_;
    double scale_;
};

std::shared_ptr<Predictor> load_mlp_objective(const SpacePtr& space, const ModelInfo& info,
                                              const TensorFile& file);

}  // namespace latpred

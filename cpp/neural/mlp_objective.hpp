// A predictor that feeds an encoding to a multi-layer perceptron.
#pragma once

#include <string>

#include "neural/mlp.hpp"
#include "neural/mlp_encoding.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// The originals' accuracy and latency networks, e.g. OFA's 128-400-400-400-1; kind "mlp".
/// value = scale x output of the network.
class MlpObjective final : public Predictor {
  public:
    /// `encoding`: as of MlpEncoding. ConfigError where the network's inputs are not its features.
    MlpObjective(const SpacePtr& space, ModelInfo info, std::vector<DenseLayer> layers,
                 double scale, const std::string& encoding = "one-hot");

    [[nodiscard]] const Mlp& network() const { return network_; }
    [[nodiscard]] const std::string& encoding() const { return encoding_.names(); }
    [[nodiscard]] double scale() const { return scale_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    void predict_rows(const Architectures& archs, std::span<double> values) const;

    MlpEncoding encoding_;
    Mlp network_;
    double scale_;
};

std::shared_ptr<Predictor> load_mlp_objective(const SpacePtr& space, const ModelInfo& info,
                                              const TensorFile& file);

}  // namespace latpred

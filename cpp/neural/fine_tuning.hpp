// Fine-tuning: a model of one device and a few rows of another give a model of the other.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "neural/mlp_tuning.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// "auto", "gaussian-process", "feature", "affine", "last-layer", "network", "legacy".
std::vector<std::string> fine_tuning_methods();

/// Predicts by a model in the source's or the target's space; kind "fine-tuned".
class FineTuned final : public Predictor {
  public:
    /// `source` is null where the model holds it itself.
    FineTuned(const SpacePtr& space, ModelInfo info, std::shared_ptr<const Predictor> model,
              std::shared_ptr<const Predictor> source);

    [[nodiscard]] const std::shared_ptr<const Predictor>& model() const { return model_; }
    /// The model that was fine-tuned.
    [[nodiscard]] std::shared_ptr<const Predictor> source() const;
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Predictor> model_;
    std::shared_ptr<const Predictor> source_;
};

struct FineTuneOptions {
    std::string method = "auto";
    MlpTuningOptions network;                       ///< of "network"
    MlpTuningOptions legacy{.learning_rate = 0.1};  ///< of "legacy"
    std::size_t network_rows = 100;  ///< from so many rows on "auto" tries "network" too
    std::uint64_t seed = 0;
};

struct FineTuneResult {
    std::shared_ptr<FineTuned> model;
    std::string method;
    std::map<std::string, double> errors;  ///< cross-validated MAE in ms of what "auto" tried
};

/// "auto" cross-validates on the target rows (10 folds; 5 from 50 rows on; each row its own below
/// 10) and takes the Gaussian process unless another method's errors are lower, row by row, by more
/// than one standard error.
///
/// Throws: DataError for fewer than 5 rows or values that are not positive; SchemaError for a
///     source of another family or resolutions; ConfigError for a source that is not in ms, an
///     unknown method, or one that needs a perceptron where the source is none; TrainingError where
///     a training diverges.
FineTuneResult fine_tune(const Architectures& archs, std::span<const double> values,
                         const std::shared_ptr<const Predictor>& source,
                         const FineTuneOptions& options, const ModelInfo& info, Monitor& monitor);

std::shared_ptr<Predictor> load_fine_tuned(const SpacePtr& space, const ModelInfo& info,
                                           const TensorFile& file);

}  // namespace latpred

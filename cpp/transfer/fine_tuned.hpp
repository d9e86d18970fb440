// A model of one device that was moved to another.
#pragma once

#include <memory>

#include "predictors/predictor.hpp"

namespace latpred {

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

std::shared_ptr<Predictor> load_fine_tuned(const SpacePtr& space, const ModelInfo& info,
                                           const TensorFile& file);

}  // namespace latpred

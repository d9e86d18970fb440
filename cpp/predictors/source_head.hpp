// A model of another device, corrected by a linear head.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "predictors/head_fit.hpp"
#include "predictors/smooth_features.hpp"

namespace latpred {

/// `rich` false: a + b s, s the source's value. True: that, plus s times a shrunk sum over settings
/// (resolution), logarithms of the cost features and of s: "the source as a feature".
class SourceHead final : public Predictor {
  public:
    SourceHead(const SpacePtr& space, ModelInfo info, std::shared_ptr<const Predictor> source,
               bool rich, Eigen::VectorXd coefficients);

    [[nodiscard]] const Eigen::VectorXd& coefficients() const { return coefficients_; }
    [[nodiscard]] const std::shared_ptr<const Predictor>& source() const { return source_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Predictor> source_;
    bool rich_;
    Eigen::VectorXd coefficients_;  ///< of 1 and s, then of the shrunk columns
    std::unique_ptr<SmoothFeatures> smooth_;
};

/// DataError for values that are not positive; SchemaError for a source of another family.
std::shared_ptr<SourceHead> fit_source_head(const Architectures& archs,
                                            std::span<const double> values,
                                            std::shared_ptr<const Predictor> source, bool rich,
                                            const HeadOptions& options, ModelInfo info,
                                            Monitor& monitor = Monitor::none());

std::shared_ptr<Predictor> load_source_head(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file);

}  // namespace latpred

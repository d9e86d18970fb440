// Accuracy that grows with the multiply-accumulates of a family of networks.
#pragma once

#include <memory>
#include <span>

#include "predictors/predictor.hpp"

namespace latpred {

/// percent = 100 - floor - scale (MACs / 600e6)^-exponent: errors fall towards a floor.
struct AccuracyCurve {
    double floor = 0;  ///< percent of errors that no network avoids
    double scale = 0;  ///< percent of errors above it at 600 million MACs
    double exponent = 0;

    [[nodiscard]] double percent(double macs) const;
};

/// Least squares over N anchors. DataError for less than three, other counts, what is not above 0
/// and finite, or accuracies that do not rise with the MACs.
AccuracyCurve fit_accuracy_curve(std::span<const double> macs, std::span<const double> percents);

/// The curve on the MACs of each network, at the input size of its space; kind "accuracy-curve".
class CurveAccuracy final : public Predictor {
  public:
    /// DataError for a curve that does not rise or is not finite.
    CurveAccuracy(const SpacePtr& space, ModelInfo info, const AccuracyCurve& curve);

    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    AccuracyCurve curve_;
};

/// Of the seven published FBNetV3 networks, for the space "fbnetv3" at any input size. ConfigError
/// for another space.
std::shared_ptr<CurveAccuracy> fbnetv3_accuracy(const SpacePtr& space);

std::shared_ptr<Predictor> load_curve_accuracy(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file);

}  // namespace latpred

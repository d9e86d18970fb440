// Latency of one device: what networks cost anywhere, times what is known of the device.
#pragma once

#include <memory>

#include "device_generic/knowledge.hpp"

namespace latpred {

/// Kind "device-generic": exp(common factor + level + features x weights) in ms. Spreads are
/// standard deviations of one more measurement; comes calibrated as a normal distribution.
class DeviceModel final : public Predictor {
  public:
    struct State {
        CommonFactors common;
        WideBasis basis;
        double centre = 0;
        Eigen::VectorXd weights;    ///< F + 1
        double level = 0;           ///< log ms per factor and the device's offset
        double noise = 0;           ///< variance of log latency of a network measured elsewhere
        double level_variance = 0;  ///< prior, of the level
        double noise_factor = 1;    ///< of all variances, as the samples say
        Eigen::VectorXd weight_variances;  ///< F + 1, prior
        Eigen::MatrixXd features;          ///< n x (F + 1) of the device's samples; may have no row
        Eigen::VectorXd noises;            ///< n variances
        /// Predicts in place of all this where it knows the device better; null where it does not.
        PredictorPtr companion = nullptr;
    };
    /// CorruptionError where sizes do not fit or numbers are not finite.
    DeviceModel(ModelInfo info, State state);

    [[nodiscard]] const State& state() const { return state_; }

    void spreads(const Architectures& archs, std::span<const double> predicted,
                 std::span<double> spreads) const override;
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    void check() const;
    [[nodiscard]] Eigen::MatrixXd features_of(const Architectures& archs,
                                              const Eigen::VectorXd& common) const;

    State state_;
    Eigen::MatrixXd inverse_;  ///< n x n, of the covariance of the samples
};

std::shared_ptr<Predictor> load_device_model(const SpacePtr& space, const ModelInfo& info,
                                             const TensorFile& file);

}  // namespace latpred

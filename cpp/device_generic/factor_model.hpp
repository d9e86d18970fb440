// Architecture factors, or latencies, as a function of an architecture's features.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device_generic/group_process.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// "structure": all groups, of the square root of the values, between the sum of parts and their
/// product; "cost-gp": costs of the network and of its stages; "pairwise-ridge": choices and pairs
/// of them, of the logarithm.
std::vector<std::string> factor_methods();

/// Note of such a model: standard deviation of the logarithm of values that it has not seen.
inline constexpr const char* left_out_note = "left_out_log_deviation";

/// (level + features x weights) on the scale of the method; kind "architecture-factor". The model's
/// values have the unit of the values it was fitted to.
class FactorModel final : public Predictor {
  public:
    struct State {
        WideBasis basis;
        Eigen::VectorXd weights;
        double level = 0;
        double power = 0.5;  ///< value = sum ^ (1 / power); 0: exp(sum)
        double least = 0;    ///< no value is predicted below it
    };
    /// CorruptionError where sizes do not fit or numbers are not finite.
    FactorModel(ModelInfo info, State state);

    [[nodiscard]] const State& state() const { return state_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    State state_;
};

std::shared_ptr<Predictor> load_factor_model(const SpacePtr& space, const ModelInfo& info,
                                             const TensorFile& file);

/// Fits a `FactorModel`; kind "architecture-factor".
class FactorFitter final : public Fitter {
  public:
    /// ConfigError for an unknown method.
    explicit FactorFitter(std::string method = "structure");

    [[nodiscard]] std::string kind() const override { return "architecture-factor"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    std::string method_;
};

/// Up to `most` row numbers for estimates of variances, those of the least hash of the network.
std::vector<Eigen::Index> evidence_rows(const Architectures& archs, std::size_t most = 160);

}  // namespace latpred

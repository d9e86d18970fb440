// The best few-shot method, and a network over graphs for what it leaves over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "neural/layer_stack.hpp"
#include "neural/network_input.hpp"
#include "predictors/fitter.hpp"
#include "transfer/source_models.hpp"

namespace latpred {

class FitterSettings;

struct CombinedSettings {
    std::string method = "best";  ///< of few_shot_methods, which the network comes on top of
    std::size_t draws = 4;        ///< of networks of each source that the method is fitted to
    std::size_t samples = 20;     ///< networks of a draw
    std::size_t width = 32;       ///< of the layers over the graph
    std::size_t epochs = 30;
    std::size_t batch_size = 64;
    double learning_rate = 3e-3;
    double weight_decay = 0.01;
    double least_share = 0.02;  ///< of the evidence, below which the network is left out
};

/// How the values of several sources' networks are weighed for a device.
struct ResidualGate {
    Eigen::VectorXd weights;  ///< D
    double share = 0;         ///< of the evidence for any weight but 0
};

/// Bayesian model averaging over how much of residuals r (n, of deviation about 1 or less) the
/// values (n x D) tell: none (prior 1/2), or r ~ N(0, noise (I + k values valuesᵀ / scale)) for
/// k of .1 to 10, `scale` the mean square of a network's values; the noise is integrated out.
ResidualGate gate_residuals(const Eigen::MatrixXd& values, const Eigen::VectorXd& residuals,
                            double scale);

/// What a method, fitted to a few networks of one source with the models of the others, leaves over
/// in deviations of that source's latencies: N pool networks x D, the mean of several draws; NaN
/// where the source was not measured. `rows`: in the order of the models.
Eigen::MatrixXd left_over(const SourceModels& sources, const std::vector<RowSelection>& rows,
                          const CombinedSettings& settings, const FitContext& context);

/// Layers over graphs of places, an output a source.
class ResidualNetwork {
  public:
    /// Trained on the pool. TrainingError.
    ResidualNetwork(const Architectures& pool, const Eigen::MatrixXd& left_over,
                    const CombinedSettings& settings, const FitContext& context);
    ResidualNetwork(NetworkInputPtr input, LayerStack stack, double scale);

    /// N x D.
    [[nodiscard]] Eigen::MatrixXd values(const Architectures& archs) const;
    /// Mean over the pool of the squared values of a network, summed over the sources.
    [[nodiscard]] double scale() const { return scale_; }
    [[nodiscard]] std::size_t sources() const { return stack_.outputs(); }
    [[nodiscard]] std::size_t parameter_count() const;
    void store(TensorFile& file) const;
    static ResidualNetwork load(const TensorFile& file);

  private:
    NetworkInputPtr input_;
    LayerStack stack_;
    double scale_;
};

/// latency = base + ms x (values of the network) weights, at least a tenth of the base; spreads and
/// intervals are those of the base. Kind "combined".
class CombinedModel final : public Predictor {
  public:
    /// ConfigError where numbers do not fit.
    CombinedModel(ModelInfo info, std::shared_ptr<const Predictor> base,
                  std::shared_ptr<const ResidualNetwork> network, Eigen::VectorXd weights);

    [[nodiscard]] const Predictor& base() const { return *base_; }
    /// ms for a unit of each source's value; none where the network is left out.
    [[nodiscard]] const Eigen::VectorXd& weights() const { return weights_; }
    void spreads(const Architectures& archs, std::span<const double> predicted,
                 std::span<double> spreads) const override;
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Predictor> base_;
    std::shared_ptr<const ResidualNetwork> network_;  ///< null where it is left out
    Eigen::VectorXd weights_;
};

std::shared_ptr<Predictor> load_combined(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file);

/// Learns the sources' models, then the network from what the method leaves over on each of them.
class CombinedFitter final : public DeviceFitter {
  public:
    /// ConfigError for an unknown method and numbers out of range.
    explicit CombinedFitter(CombinedSettings settings);

    [[nodiscard]] std::string kind() const override { return "combined"; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] const CombinedSettings& values() const { return settings_; }
    /// Throws as `fit_sources`; TrainingError.
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    CombinedSettings settings_;
};

DeviceFitterPtr make_combined_fitter(FitterSettings& settings);

}  // namespace latpred

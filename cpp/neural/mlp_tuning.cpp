#include "neural/mlp_tuning.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/folds.hpp"
#include "neural/mlp_network.hpp"
#include "neural/mlp_run.hpp"
#include "predictors/head_fit.hpp"

namespace latpred {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<float> source_features(const MlpObjective& source, const Architectures& archs,
                                   Monitor& monitor) {
    return MlpEncoding(source.encoding(), source.space()).encode(archs, monitor);
}

Eigen::VectorXd values_of(const TuningRows& rows) {
    return Eigen::Map<const Eigen::VectorXd>(rows.latency.data(),
                                             static_cast<Eigen::Index>(rows.latency.size()));
}

/// Values of the last hidden units, before or after their ReLU.
RowMajor hidden_units(const MlpObjective& source, const Architectures& archs, bool relu,
                      Monitor& monitor) {
    const std::vector<float> features = source_features(source, archs, monitor);
    const std::vector<DenseLayer>& layers = source.network().layers();
    RowMajor x =
        Eigen::Map<const RowMajor>(features.data(), static_cast<Eigen::Index>(archs.size()),
                                   static_cast<Eigen::Index>(layers.front().inputs));
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        monitor.poll();
        const auto inputs = static_cast<Eigen::Index>(layers[i].inputs);
        const auto outputs = static_cast<Eigen::Index>(layers[i].outputs);
        const Eigen::Map<const RowMajor> weight(layers[i].weight.data(), outputs, inputs);
        const Eigen::Map<const Eigen::RowVectorXf> bias(layers[i].bias.data(), outputs);
        RowMajor y = x * weight.transpose();
        y.rowwise() += bias;
        x = i + 2 < layers.size() || relu ? RowMajor(y.cwiseMax(0)) : y;
    }
    return x;
}

std::shared_ptr<MlpObjective> with_layers(const MlpObjective& source, const ModelInfo& info,
                                          std::vector<DenseLayer> layers) {
    return std::make_shared<MlpObjective>(source.space(), info, std::move(layers), 1.0,
                                          source.encoding());
}

Eigen::MatrixXd source_columns(const MlpObjective& source, const TuningRows& rows) {
    Eigen::MatrixXd base(static_cast<Eigen::Index>(rows.archs.size()), 2);
    base.col(0).setOnes();
    source.evaluate(rows.archs, {base.col(1).data(), rows.archs.size()});
    return base;
}

/// The last layer of the source's values times `factor`, plus `constant`.
DenseLayer mapped(const MlpObjective& source, double constant, double factor) {
    DenseLayer last = source.network().layers().back();
    for (float& weight : last.weight)
        weight = static_cast<float>(weight * source.scale() * factor);
    last.bias.front() = static_cast<float>(last.bias.front() * source.scale() * factor + constant);
    return last;
}

std::vector<std::size_t> all_rows(std::size_t count) {
    std::vector<std::size_t> rows(count);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

/// A seventh of the rows to stop by, at least two.
Fold seventh_of(const Architectures& archs, std::uint64_t seed) {
    const auto n = static_cast<double>(archs.size());
    return hold_out(archs, std::max(std::floor(n / 7), 2.0) / n, seed);
}

std::vector<double> pick(std::span<const double> values, std::span<const std::size_t> rows) {
    std::vector<double> chosen;
    for (std::size_t row : rows)
        chosen.push_back(values[row]);
    return chosen;
}

struct NetworkRun {
    const MlpObjective& source;
    const TuningRows& rows;
    const MlpTuningOptions& options;
    std::vector<DenseLayer> start;

    /// Trains on rows `used`; the schedule is that of `options.network.epochs` whatever `epochs`
    /// is.
    std::vector<DenseLayer> train(std::span<const std::size_t> used,
                                  std::span<const std::size_t> judged, std::size_t& epochs,
                                  Monitor& monitor) const {
        MlpRun tuning(start, source_features(source, rows.archs.select(used), monitor),
                      pick(rows.latency, used), LossSettings{}, TargetScale::deviation);
        Validation validation;
        std::optional<MlpInput> input;
        if (!judged.empty()) {
            input.emplace(tuning.scaled().input_of(
                source_features(source, rows.archs.select(judged), monitor)));
            validation.truth = pick(rows.latency, judged);
            validation.predict = [&](std::span<double> out) {
                tuning.scaled().predict(*input, out);
            };
        }
        std::vector<double> before(judged.size());
        if (input)
            tuning.scaled().predict(*input, before);
        LoopSettings loop{.epochs = epochs,
                          .batch_size = options.network.batch_size,
                          .patience = judged.empty() ? 0 : options.network.patience,
                          .keep_best = false,
                          .clip_norm = 1,
                          .seed = options.seed,
                          .context = {}};
        const OptimizerSettings optimizer{.learning_rate = options.network.learning_rate,
                                          .weight_decay = 1e-2};
        const auto history = tuning.run(optimizer, {.name = "constant"}, loop, validation, monitor);
        if (input)
            epochs = best_epochs(history, validation.truth, before);
        return tuning.scaled().layers();
    }

    static std::size_t best_epochs(const std::vector<EpochRecord>& history,
                                   std::span<const double> truth, std::span<const double> start) {
        double least = 0;
        for (std::size_t i = 0; i < truth.size(); ++i)
            least += std::abs(truth[i] - start[i]) / static_cast<double>(truth.size());
        std::size_t best = 0;
        for (std::size_t i = 0; i < history.size(); ++i) {
            if (history[i].mae < least) {
                least = history[i].mae;
                best = i + 1;
            }
        }
        return best;
    }
};

}  // namespace

std::shared_ptr<MlpObjective> tune_last_layer(const MlpObjective& source, const TuningRows& rows,
                                              const ModelInfo& info, Monitor& monitor) {
    Eigen::MatrixXd units = hidden_units(source, rows.archs, true, monitor).cast<double>();
    const Eigen::RowVectorXd means = units.colwise().mean();
    Eigen::RowVectorXd factors =
        ((units.rowwise() - means).array().square().colwise().mean().sqrt()).matrix();
    const double floor = 1e-6 * std::max(factors.maxCoeff(), 1e-30);
    for (double& factor : factors)
        factor = factor > floor ? 1 / factor : 0;
    units = units * factors.asDiagonal();
    const HeadFit fit = fit_head(source_columns(source, rows), units, values_of(rows));
    std::vector<DenseLayer> layers = source.network().layers();
    layers.back() = mapped(source, fit.base[0], fit.base[1]);
    for (std::size_t i = 0; i < layers.back().weight.size(); ++i) {
        const auto unit = static_cast<Eigen::Index>(i);
        layers.back().weight[i] += static_cast<float>(fit.extra[unit] * factors[unit]);
    }
    return with_layers(source, info, std::move(layers));
}

std::shared_ptr<MlpObjective> tune_network(const MlpObjective& source, const TuningRows& rows,
                                           const ModelInfo& info, const MlpTuningOptions& options,
                                           Monitor& monitor, std::size_t* epochs_run) {
    const HeadFit affine = fit_head(source_columns(source, rows),
                                    Eigen::MatrixXd(values_of(rows).size(), 0), values_of(rows));
    NetworkRun run{source, rows, options, source.network().layers()};
    run.start.back() = mapped(source, affine.base[0], affine.base[1]);
    std::size_t epochs = options.network.epochs;
    if (options.network.patience > 0) {
        const Fold parts = seventh_of(rows.archs, options.seed);
        if (!parts.held_out.empty())
            run.train(parts.train, parts.held_out, epochs, monitor);
    }
    if (epochs_run != nullptr)
        *epochs_run = epochs;
    return with_layers(source, info,
                       epochs == 0 ? run.start
                                   : run.train(all_rows(rows.archs.size()), {}, epochs, monitor));
}

DenseLayer legacy_start(std::size_t inputs, std::uint64_t seed) {
    MlpNetwork network({inputs});
    network.initialise(seed);
    return network.layers(network.parameters().values()).front();
}

std::shared_ptr<MlpObjective> tune_legacy(const MlpObjective& source, const TuningRows& rows,
                                          const ModelInfo& info, const MlpTuningOptions& options,
                                          Monitor& monitor) {
    const RowMajor units = hidden_units(source, rows.archs, false, monitor);
    MlpRun tuning({legacy_start(static_cast<std::size_t>(units.cols()), options.seed)},
                  {units.data(), units.data() + units.size()}, rows.latency, {.name = "rmse"},
                  TargetScale::none, true);
    tuning.run({.name = "sgd",
                .learning_rate = options.network.learning_rate,
                .weight_decay = 1e-3,
                .momentum = 0.9},
               {.name = "constant"},
               {.epochs = options.network.epochs,
                .batch_size = options.network.batch_size,
                .patience = 0,
                .keep_best = false,
                .seed = options.seed,
                .context = {}},
               {}, monitor);
    std::vector<DenseLayer> layers = source.network().layers();
    layers.back() = tuning.scaled().layers().front();
    return with_layers(source, info, std::move(layers));
}

}  // namespace latpred

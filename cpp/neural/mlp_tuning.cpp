#include "neural/mlp_tuning.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/mlp_network.hpp"
#include "neural/mlp_run.hpp"
#include "predictors/head_fit.hpp"

namespace latpred {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<float> features_of(const MlpObjective& source, const Architectures& archs) {
    return MlpEncoding(source.encoding(), source.space()).encode(archs);
}

Eigen::VectorXd values_of(const TuningRows& rows) {
    return Eigen::Map<const Eigen::VectorXd>(rows.latency.data(),
                                             static_cast<Eigen::Index>(rows.latency.size()));
}

/// Values of the last hidden units, before or after their ReLU.
RowMajor hidden_units(const MlpObjective& source, const Architectures& archs, bool relu) {
    const std::vector<float> features = features_of(source, archs);
    const std::vector<DenseLayer>& layers = source.network().layers();
    RowMajor x =
        Eigen::Map<const RowMajor>(features.data(), static_cast<Eigen::Index>(archs.size()),
                                   static_cast<Eigen::Index>(layers.front().inputs));
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
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

/// Rows held out, first; the order of the others is that of the table.
std::vector<std::size_t> held_out_first(std::size_t rows, std::size_t held, std::uint64_t seed) {
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(seed, "held-out rows").shuffle(std::span(order));
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(held), order.end());
    return order;
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

    /// Trains on rows `used`; the schedule is that of `options.epochs` whatever `epochs` is.
    std::vector<DenseLayer> train(std::span<const std::size_t> used,
                                  std::span<const std::size_t> judged, std::size_t& epochs,
                                  Monitor& monitor) const {
        MlpRun tuning(start, features_of(source, rows.archs.select(used)), pick(rows.latency, used),
                      LossSettings{}, true);
        Validation validation;
        std::optional<MlpInput> input;
        if (!judged.empty()) {
            input.emplace(tuning.scaled().input_of(features_of(source, rows.archs.select(judged))));
            validation.truth = pick(rows.latency, judged);
            validation.predict = [&](std::span<double> out) {
                tuning.scaled().predict(*input, out);
            };
        }
        std::vector<double> before(judged.size());
        if (input)
            tuning.scaled().predict(*input, before);
        LoopSettings loop{.epochs = epochs,
                          .batch_size = options.batch_size,
                          .patience = judged.empty() ? 0 : options.patience,
                          .keep_best = false,
                          .clip_norm = 1,
                          .seed = options.seed,
                          .context = {}};
        const OptimizerSettings optimizer{.learning_rate = options.learning_rate,
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
                                              const ModelInfo& info) {
    Eigen::MatrixXd units = hidden_units(source, rows.archs, true).cast<double>();
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
    const std::size_t n = rows.archs.size();
    const std::size_t held = options.patience == 0 ? 0 : std::max<std::size_t>(n / 7, 2);
    const std::vector<std::size_t> order = held_out_first(n, held, options.seed);
    std::size_t epochs = options.epochs;
    if (held > 0)
        run.train(std::span(order).subspan(held), std::span(order).first(held), epochs, monitor);
    if (epochs_run != nullptr)
        *epochs_run = epochs;
    std::vector<std::size_t> all = order;
    std::sort(all.begin(), all.end());
    return with_layers(source, info, epochs == 0 ? run.start : run.train(all, {}, epochs, monitor));
}

DenseLayer legacy_start(std::size_t inputs, std::uint64_t seed) {
    MlpNetwork network({inputs});
    network.initialise(seed);
    return network.layers(network.parameters().values()).front();
}

std::shared_ptr<MlpObjective> tune_legacy(const MlpObjective& source, const TuningRows& rows,
                                          const ModelInfo& info, const MlpTuningOptions& options,
                                          Monitor& monitor) {
    const RowMajor units = hidden_units(source, rows.archs, false);
    MlpRun tuning({legacy_start(static_cast<std::size_t>(units.cols()), options.seed)},
                  {units.data(), units.data() + units.size()},
                  {rows.latency.begin(), rows.latency.end()}, {.name = "rmse"}, false);
    tuning.run({.name = "sgd",
                .learning_rate = options.learning_rate,
                .weight_decay = 1e-3,
                .momentum = 0.9},
               {.name = "constant"},
               {.epochs = options.epochs,
                .batch_size = options.batch_size,
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

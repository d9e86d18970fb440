#include "neural/hardware_mlp.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/folds.hpp"
#include "neural/layer_tensors.hpp"
#include "neural/mlp_objective.hpp"
#include "neural/mlp_run.hpp"

namespace latpred {
namespace {

constexpr std::size_t few_device_rows = 20;

/// The encoding's features, then the scaled parameters of the row's device.
std::vector<float> hardware_features(const MlpEncoding& encoding, const Eigen::MatrixXd& known,
                                     const HardwareRows& rows, std::span<const std::size_t> chosen,
                                     Monitor& monitor) {
    const std::vector<float> encoded = encoding.encode(rows.archs.select(chosen), monitor);
    const std::size_t f = encoding.features();
    std::vector<float> all;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const auto begin = encoded.begin() + static_cast<std::ptrdiff_t>(i * f);
        all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(f));
        const auto device = static_cast<Eigen::Index>(rows.device[chosen[i]]);
        for (Eigen::Index h = 0; h < known.cols(); ++h)
            all.push_back(static_cast<float>(known(device, h)));
    }
    return all;
}

std::vector<double> relative(const HardwareRows& rows, const Eigen::VectorXd& means,
                             std::span<const std::size_t> chosen) {
    std::vector<double> values;
    for (std::size_t row : chosen)
        values.push_back(rows.latency[row] / means[static_cast<Eigen::Index>(rows.device[row])]);
    return values;
}

std::vector<DenseLayer> trained(const MlpEncoding& encoding, const Eigen::MatrixXd& known,
                                const Eigen::VectorXd& means, const HardwareRows& rows,
                                const HardwareMlpOptions& options, Monitor& monitor) {
    // By architecture: the same network on another device must not sit in training.
    const double share = rows.latency.size() < few_device_rows ? 0 : options.validation_share;
    const Fold parts = hold_out(rows.archs, share, options.seed);
    MlpRun run(
        zero_layers(encoding.features() + static_cast<std::size_t>(known.cols()), options.hidden),
        hardware_features(encoding, known, rows, parts.train, monitor),
        relative(rows, means, parts.train), {}, TargetScale::deviation);
    run.scaled().network().initialise(options.seed);
    Validation validation;
    std::optional<MlpInput> input;
    if (!parts.held_out.empty()) {
        input.emplace(run.scaled().input_of(
            hardware_features(encoding, known, rows, parts.held_out, monitor)));
        validation.truth = relative(rows, means, parts.held_out);
        validation.predict = [&](std::span<double> out) { run.scaled().predict(*input, out); };
    }
    run.run({.learning_rate = options.learning_rate, .weight_decay = options.weight_decay},
            {.warmup = 0.05},
            {.epochs = options.epochs,
             .batch_size = options.batch_size,
             .seed = options.seed,
             .context = {}},
            validation, monitor);
    return run.scaled().layers();
}

}  // namespace

std::shared_ptr<HardwareMlp> fit_hardware_mlp(const HardwareTable& table, const HardwareRows& given,
                                              const HardwareMlpOptions& options, ModelInfo info,
                                              Monitor& monitor) {
    const HardwareRows rows = canonical(given);
    const Eigen::VectorXd means = check_rows(table, rows);
    if (!(options.validation_share >= 0 && options.validation_share < 1)) {
        throw ConfigError(message("hardware: validation_share ", options.validation_share,
                                  ", from 0 to below 1 expected"));
    }
    const MlpEncoding encoding(options.encoding, rows.archs.space_ptr());
    std::vector<DenseLayer> layers =
        trained(encoding, HardwareScaling(table).known(), means, rows, options, monitor);
    return std::make_shared<HardwareMlp>(rows.archs.space_ptr(), std::move(info), table, means,
                                         std::move(layers), options.encoding);
}

HardwareMlp::HardwareMlp(const SpacePtr& space, ModelInfo info, HardwareTable table,
                         Eigen::VectorXd means, std::vector<DenseLayer> layers,
                         std::string encoding)
    : HardwareModel(space, std::move(info), std::move(table), std::move(means)),
      layers_(std::move(layers)), encoding_(std::move(encoding)) {
    const std::size_t expected =
        MlpEncoding(encoding_, space).features() + this->table().parameters.size();
    if (layers_.empty() || layers_.front().inputs != expected) {
        throw ConfigError(message("hardware: a network of ",
                                  layers_.empty() ? 0 : layers_.front().inputs, " inputs, ",
                                  expected, " expected"));
    }
    check_layers(layers_);
}

PredictorPtr HardwareMlp::unknown(const Eigen::VectorXd& scaled, double mean,
                                  ModelInfo info) const {
    std::vector<DenseLayer> layers = layers_;
    DenseLayer& first = layers.front();
    const auto parameters = static_cast<std::size_t>(scaled.size());
    const std::size_t features = first.inputs - parameters;
    std::vector<float> kept;
    for (std::size_t out = 0; out < first.outputs; ++out) {
        const float* row = first.weight.data() + out * first.inputs;
        kept.insert(kept.end(), row, row + features);
        double bias = first.bias[out];
        for (std::size_t h = 0; h < parameters; ++h)
            bias += row[features + h] * scaled[static_cast<Eigen::Index>(h)];
        first.bias[out] = static_cast<float>(bias);
    }
    first.weight = std::move(kept);
    first.inputs = features;
    info.kind = "mlp";
    return std::make_shared<MlpObjective>(space(), std::move(info), std::move(layers), mean,
                                          encoding_);
}

PredictorPtr HardwareMlp::known(std::size_t device, ModelInfo info) const {
    const auto d = static_cast<Eigen::Index>(device);
    return unknown(scaling().known().row(d).transpose(), means()[d], std::move(info));
}

void HardwareMlp::store(TensorFile& file) const {
    HardwareModel::store(file);
    file.metadata["encoding"] = encoding_;
    store_layers(file, layers_);
}

PredictorPtr load_hardware_mlp(const SpacePtr& space, const ModelInfo& info,
                               const TensorFile& file) {
    HardwareTable table = hardware_table_of(file);
    Eigen::VectorXd means = hardware_means_of(file);
    if (static_cast<std::size_t>(means.size()) != table.devices.size())
        throw CorruptionError("damaged file: a mean latency of each device expected");
    return std::make_shared<HardwareMlp>(space, info, std::move(table), std::move(means),
                                         load_layers(file), file.text("encoding"));
}

}  // namespace latpred

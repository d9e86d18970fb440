#include "neural/mlp_scaling.hpp"

#include <cmath>
#include <numeric>

namespace latpred {
namespace {

constexpr std::size_t rows_at_once = 64;

}  // namespace

MlpScaling::MlpScaling(std::vector<DenseLayer> layers, std::vector<float> features,
                       std::span<const double> latency, TargetScale scale, bool raw)
    : columns_(layers.front().inputs),
      input_(std::make_unique<MlpInput>(std::move(features), latency.size(), columns_)),
      first_(layers.front()) {
    if (!raw)
        input_->standardise();
    choose_scale(latency, scale);
    for (double value : latency)
        targets_.push_back(static_cast<float>((value - shift_) / scale_));
    std::vector<std::size_t> sizes;
    for (const DenseLayer& layer : layers)
        sizes.push_back(layer.inputs);
    fold_in(layers);
    network_ = std::make_unique<MlpNetwork>(sizes);
    network_->set_layers(layers);
}

/// Sums and quotients only: latencies times a power of two give the same targets to the bit.
void MlpScaling::choose_scale(std::span<const double> latency, TargetScale scale) {
    if (scale == TargetScale::none)
        return;
    const auto n = static_cast<double>(latency.size());
    const double mean = std::accumulate(latency.begin(), latency.end(), 0.0) / n;
    if (scale == TargetScale::mean) {
        scale_ = mean;
        return;
    }
    double squares = 0;
    for (double value : latency)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / n);
    shift_ = mean;
    scale_ = deviation > 1e-9 * mean ? deviation : mean;
}

void MlpScaling::fold_in(std::vector<DenseLayer>& layers) const {
    DenseLayer& first = layers.front();
    for (std::size_t out = 0; out < first.outputs; ++out) {
        double bias = first.bias[out];
        for (std::size_t in = 0; in < columns_; ++in) {
            float& weight = first.weight[out * columns_ + in];
            const double factor = input_->factor()[in];
            bias += weight * input_->shift()[in];
            // A column that does not vary among the rows acts through the bias alone.
            weight = factor > 0 ? static_cast<float>(weight / factor) : 0.0F;
        }
        first.bias[out] = static_cast<float>(bias);
    }
    DenseLayer& last = layers.back();
    for (float& weight : last.weight)
        weight = static_cast<float>(weight / scale_);
    last.bias.front() = static_cast<float>((last.bias.front() - shift_) / scale_);
}

MlpInput MlpScaling::input_of(std::vector<float> features) const {
    const std::size_t rows = features.size() / columns_;
    MlpInput other(std::move(features), rows, columns_);
    other.standardise(*input_);
    return other;
}

void MlpScaling::predict(const MlpInput& input, std::span<double> values) {
    std::vector<std::uint32_t> rows(values.size());
    std::iota(rows.begin(), rows.end(), 0U);
    std::vector<float> outputs(values.size());
    for (std::size_t begin = 0; begin < rows.size(); begin += rows_at_once) {
        const std::size_t count = std::min(rows_at_once, rows.size() - begin);
        network_->forward(input, std::span(rows).subspan(begin, count),
                          std::span(outputs).subspan(begin, count));
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = shift_ + scale_ * outputs[i];
}

std::vector<DenseLayer> MlpScaling::layers() const {
    std::vector<DenseLayer> layers = network_->layers(network_->parameters().values());
    DenseLayer& first = layers.front();
    for (std::size_t out = 0; out < first.outputs; ++out) {
        double bias = first.bias[out];
        for (std::size_t in = 0; in < columns_; ++in) {
            const std::size_t place = out * columns_ + in;
            const double factor = input_->factor()[in];
            const double raw = factor > 0 ? first.weight[place] * factor : first_.weight[place];
            bias -= raw * input_->shift()[in];
            first.weight[place] = static_cast<float>(raw);
        }
        first.bias[out] = static_cast<float>(bias);
    }
    DenseLayer& last = layers.back();
    for (float& weight : last.weight)
        weight = static_cast<float>(weight * scale_);
    last.bias.front() = static_cast<float>(last.bias.front() * scale_ + shift_);
    return layers;
}

}  // namespace latpred

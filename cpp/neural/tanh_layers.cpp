#include "neural/tanh_layers.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t rows_of_pass = 64;  // whose arithmetic takes some milliseconds

void check_layer(const DenseLayer& layer, std::size_t inputs, std::size_t number) {
    if (layer.inputs == 0 || layer.outputs == 0 || layer.inputs != inputs ||
        layer.weight.size() != layer.inputs * layer.outputs || layer.bias.size() != layer.outputs) {
        throw ConfigError(message("layer ", number, ": ", layer.outputs, " x ", layer.inputs,
                                  " with ", layer.weight.size(), " weights and ", layer.bias.size(),
                                  " biases, ", inputs, " inputs expected"));
    }
    const auto finite = [](float v) { return std::isfinite(v); };
    if (!std::ranges::all_of(layer.weight, finite) || !std::ranges::all_of(layer.bias, finite))
        throw DataError(message("layer ", number, ": weights that are not finite"));
}

}  // namespace

void tanh_in_place(std::span<float> values) {
    Eigen::Map<Eigen::ArrayXf, Eigen::Aligned16> all(values.data(),
                                                     static_cast<Eigen::Index>(values.size()));
    all = all.tanh();
}

void TanhLayers::add(const DenseLayer& layer) {
    const bool first = layers_.empty();
    check_layer(layer, first ? layer.inputs : outputs(), layers_.size());
    const std::size_t rows = first ? layer.inputs : layers_.back().width;
    const std::size_t width = padded(layer.outputs);
    Packed packed{layer.inputs,     layer.outputs, rows, width, FloatBlock(rows * width),
                  FloatBlock(width)};
    for (std::size_t out = 0; out < layer.outputs; ++out) {
        for (std::size_t in = 0; in < layer.inputs; ++in)
            packed.weight.data()[in * width + out] = layer.weight[out * layer.inputs + in];
    }
    std::ranges::copy(layer.bias, packed.bias.data());
    widest_ = std::max(widest_, width);
    layers_.push_back(std::move(packed));
}

void TanhLayers::forward_rows(std::span<const float> x, bool bounded, float* now, float* next,
                              std::span<float> out) const {
    const std::size_t rows = x.size() / inputs();
    std::size_t step = inputs();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Packed& layer = layers_[i];
        multiply({i == 0 ? x.data() : now, step, 1, layer.weight.data(), next, rows, layer.rows,
                  layer.width, layer.bias.data(), false});
        if (bounded || i + 1 < layers_.size())
            tanh_in_place({next, rows * layer.width});
        step = layer.width;
        std::swap(now, next);
    }
    for (std::size_t row = 0; row < rows; ++row)
        std::copy_n(now + row * step, outputs(), out.data() + row * outputs());
}

std::vector<float> TanhLayers::forward(std::span<const float> x, bool bounded) const {
    if (layers_.empty() || x.size() % inputs() != 0)
        throw ConfigError(message("layers: ", x.size(), " features, rows of some expected"));
    const FlushDenormals flush;
    const std::size_t rows = x.size() / inputs();
    const std::size_t room = std::min(rows, rows_of_pass);
    const FloatBlock now(room * widest_);
    const FloatBlock next(room * widest_);
    std::vector<float> all(rows * outputs());
    for (std::size_t row = 0; row < rows; row += rows_of_pass) {
        Monitor::current().poll();
        const std::size_t count = std::min(rows_of_pass, rows - row);
        forward_rows(x.subspan(row * inputs(), count * inputs()), bounded, now.data(), next.data(),
                     std::span(all).subspan(row * outputs(), count * outputs()));
    }
    return all;
}

}  // namespace latpred

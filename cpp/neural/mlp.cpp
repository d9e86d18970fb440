#include "neural/mlp.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t tile_rows = 8;              // of the largest tiles of the kernels
constexpr std::size_t cached_rows = 64;           // activations of a chunk stay in the L2 cache
constexpr std::size_t rows_between_polls = 1024;  // whose arithmetic takes some milliseconds
constexpr std::size_t usual = 1024;               // units for which a row needs no allocation

bool all_finite(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

/// As double, and never -0: a sum that skips zeros may have another sign of zero.
double value_of(float output) {
    return static_cast<double>(output) + 0.0;
}

}  // namespace

void check_layers(const std::vector<DenseLayer>& layers) {
    if (layers.empty() || layers.back().outputs != 1)
        throw ConfigError("mlp: at least one layer and one output expected");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const DenseLayer& layer = layers[i];
        const std::size_t expected = i == 0 ? layer.inputs : layers[i - 1].outputs;
        if (layer.inputs == 0 || layer.outputs == 0 || layer.inputs != expected ||
            layer.weight.size() / layer.inputs != layer.outputs ||
            layer.weight.size() % layer.inputs != 0 || layer.bias.size() != layer.outputs) {
            throw ConfigError(message("mlp: layer ", i, ": ", layer.outputs, " x ", layer.inputs,
                                      " with ", layer.weight.size(), " weights and ",
                                      layer.bias.size(), " biases, ", expected,
                                      " inputs expected"));
        }
        if (!all_finite(layer.weight) || !all_finite(layer.bias))
            throw DataError(message("mlp: layer ", i, ": weights that are not finite"));
    }
}

Mlp::Mlp(std::vector<DenseLayer> layers) : layers_(std::move(layers)) {
    check_layers(layers_);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const DenseLayer& dense = layers_[i];
        const std::size_t width = padded(dense.outputs);
        const std::size_t rows = i == 0 ? dense.inputs : packed_.back().width;
        Packed layer{rows, width, FloatBlock(rows * width), FloatBlock(width)};
        for (std::size_t out = 0; out < dense.outputs; ++out) {
            for (std::size_t in = 0; in < dense.inputs; ++in)
                layer.weight.data()[in * width + out] = dense.weight[out * dense.inputs + in];
        }
        std::ranges::copy(dense.bias, layer.bias.data());
        widest_ = std::max(widest_, width);
        packed_.push_back(std::move(layer));
    }
}

void Mlp::forward_row(const float* x, float* now, float* next, double& value) const {
    for (std::size_t i = 0; i < packed_.size(); ++i) {
        const Packed& layer = packed_[i];
        multiply_sparse_row(i == 0 ? x : now, layer.weight.data(), layer.bias.data(), next,
                            layer.inputs, layer.width);
        for (std::size_t j = 0; i + 1 < packed_.size() && j < layer.width; ++j)
            next[j] = std::max(next[j], 0.0F);
        std::swap(now, next);
    }
    value = value_of(now[0]);
}

void Mlp::forward_tiles(const float* x, float* now, float* next, std::span<double> values) const {
    std::size_t step = inputs();
    for (std::size_t i = 0; i < packed_.size(); ++i) {
        const Packed& layer = packed_[i];
        multiply({i == 0 ? x : now, step, 1, layer.weight.data(), next, values.size(), layer.inputs,
                  layer.width, layer.bias.data(), i + 1 < packed_.size()});
        step = layer.width;
        std::swap(now, next);
    }
    for (std::size_t r = 0; r < values.size(); ++r)
        values[r] = value_of(now[r * step]);
}

void Mlp::forward(std::span<const float> x, std::span<double> values) const {
    if (x.size() != values.size() * inputs()) {
        throw ConfigError(message("mlp: ", x.size(), " features for ", values.size(), " rows, ",
                                  inputs(), " a row expected"));
    }
    if (values.size() > rows_between_polls) {
        for (std::size_t row = 0; row < values.size(); row += rows_between_polls) {
            Monitor::current().poll();
            const std::size_t count = std::min(rows_between_polls, values.size() - row);
            forward(x.subspan(row * inputs(), count * inputs()), values.subspan(row, count));
        }
        return;
    }
    const FlushDenormals flush;
    alignas(64) std::array<float, 2 * usual> quick;
    const std::size_t room = values.size() >= tile_rows ? std::min(values.size(), cached_rows) : 1;
    const bool small = room * widest_ <= usual;
    const FloatBlock large(small ? 0 : 2 * room * widest_);
    float* now = small ? quick.data() : large.data();
    float* next = now + (small ? usual : room * widest_);
    std::size_t row = 0;
    while (values.size() - row >= tile_rows) {
        const std::size_t count =
            std::min(cached_rows, (values.size() - row) / tile_rows * tile_rows);
        forward_tiles(x.data() + row * inputs(), now, next, values.subspan(row, count));
        row += count;
    }
    for (; row < values.size(); ++row)
        forward_row(x.data() + row * inputs(), now, next, values[row]);
}

}  // namespace latpred

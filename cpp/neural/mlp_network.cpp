#include "neural/mlp_network.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/tanh_layers.hpp"

namespace latpred {
namespace {

constexpr std::size_t widest = std::size_t{1} << 16;
constexpr std::size_t most_weights = std::size_t{1} << 28;  // 1 GiB of floats

/// Of features and hidden widths; before anything is allocated.
void check_sizes(const std::vector<std::size_t>& sizes) {
    if (sizes.empty())
        throw ConfigError("mlp: no features");
    std::size_t weights = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] == 0 || sizes[i] > widest) {
            throw ConfigError(
                message("mlp: a layer of ", sizes[i], " units, 1 to ", widest, " expected"));
        }
        weights += padded(sizes[i]) * padded(i + 1 < sizes.size() ? sizes[i + 1] : 1);
        if (weights > most_weights) {
            throw ConfigError(
                message("mlp: more than ", most_weights, " weights in ", sizes.size(), " layers"));
        }
    }
}

/// sums (n) = the columns' sums of x (rows x n).
void add_columns(const float* x, std::size_t rows, std::size_t n, float* sums) {
    std::fill_n(sums, n, 0.0F);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < n; ++j)
            sums[j] += x[i * n + j];
    }
}

/// Slopes behind units whose values are `values` to those before them.
void fall_through(HiddenUnit unit, const float* values, std::span<float> slopes) {
    if (unit == HiddenUnit::relu) {
        for (std::size_t j = 0; j < slopes.size(); ++j)
            slopes[j] = values[j] > 0.0F ? slopes[j] : 0.0F;
        return;
    }
    for (std::size_t j = 0; j < slopes.size(); ++j)
        slopes[j] *= 1.0F - values[j] * values[j];
}

}  // namespace

std::vector<DenseLayer> zero_layers(std::size_t features, const std::vector<std::size_t>& hidden) {
    std::vector<std::size_t> sizes{features};
    sizes.insert(sizes.end(), hidden.begin(), hidden.end());
    check_sizes(sizes);
    sizes.push_back(1);
    std::vector<DenseLayer> layers;
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
        layers.push_back({sizes[i], sizes[i + 1], std::vector<float>(sizes[i] * sizes[i + 1]),
                          std::vector<float>(sizes[i + 1])});
    }
    return layers;
}

std::vector<MlpNetwork::Layer> MlpNetwork::layout(const std::vector<std::size_t>& sizes) {
    check_sizes(sizes);
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::size_t outputs = i + 1 < sizes.size() ? sizes[i + 1] : 1;
        layers.push_back(
            {sizes[i], outputs, i == 0 ? sizes[i] : padded(sizes[i]), padded(outputs)});
    }
    return layers;
}

std::vector<Parameters::Tensor> MlpNetwork::tensors(const std::vector<Layer>& layers) {
    std::vector<Parameters::Tensor> all;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string name = "layer" + std::to_string(i);
        all.push_back({name + ".weight", 0, layers[i].rows * layers[i].width});
        all.push_back({name + ".bias", 0, layers[i].width});
    }
    return all;
}

MlpNetwork::MlpNetwork(const std::vector<std::size_t>& sizes, HiddenUnit unit)
    : layers_(layout(sizes)), unit_(unit), parameters_(tensors(layers_)) {}

DenseLayer drawn_layer(std::size_t inputs, std::size_t outputs, std::uint64_t seed,
                       std::size_t number) {
    Rng rng(seed, "initial weights", number);
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    const auto draw = [&] { return static_cast<float>((2 * rng.uniform() - 1) * bound); };
    DenseLayer layer{inputs, outputs, {}, {}};
    layer.weight.resize(inputs * outputs);
    layer.bias.resize(outputs);
    std::ranges::generate(layer.weight, draw);
    std::ranges::generate(layer.bias, draw);
    return layer;
}

void MlpNetwork::initialise(std::uint64_t seed) {
    std::vector<DenseLayer> drawn;
    for (std::size_t i = 0; i < layers_.size(); ++i)
        drawn.push_back(drawn_layer(layers_[i].inputs, layers_[i].outputs, seed, i));
    set_layers(drawn);
}

void MlpNetwork::make_room(std::size_t batch) {
    if (batch <= room_)
        return;
    room_ = batch;
    dense_ = FloatBlock(batch * inputs());
    outputs_.clear();
    slopes_.clear();
    for (const Layer& layer : layers_) {
        outputs_.emplace_back(batch * layer.width);
        slopes_.emplace_back(batch * layer.width);
    }
}

void MlpNetwork::bound(std::span<float> sums) const {
    if (unit_ == HiddenUnit::tanh) {
        tanh_in_place(sums);
        return;
    }
    for (float& sum : sums)
        sum = std::max(sum, 0.0F);
}

void MlpNetwork::read_dense(const MlpInput& input, std::span<const std::uint32_t> rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::ranges::copy(input.values(rows[i]), dense_.data() + i * inputs());
}

void MlpNetwork::forward(const MlpInput& input, std::span<const std::uint32_t> rows,
                         std::span<float> values) {
    if (input.columns() != inputs() || values.size() != rows.size())
        throw ConfigError(message("mlp: ", input.columns(), " features, ", inputs(), " expected"));
    const FlushDenormals flush;
    make_room(rows.size());
    const std::size_t last = layers_.size() - 1;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        float* out = outputs_[i].data();
        if (i == 0 && input.bits()) {
            for (std::size_t r = 0; r < rows.size(); ++r) {
                float* row = out + r * layer.width;
                gather_sum(weight(0).data(), input.ones(rows[r]), bias(0).data(), row, layer.width);
                if (i < last)
                    bound({row, layer.width});
            }
            continue;
        }
        if (i == 0)
            read_dense(input, rows);
        const bool relu = i < last && unit_ == HiddenUnit::relu;
        multiply({i == 0 ? dense_.data() : outputs_[i - 1].data(), layer.rows, 1, weight(i).data(),
                  out, rows.size(), layer.rows, layer.width, bias(i).data(), relu});
        if (i < last && !relu)
            bound({out, rows.size() * layer.width});
    }
    for (std::size_t r = 0; r < rows.size(); ++r)
        values[r] = outputs_[last].data()[r * layers_[last].width];
}

void MlpNetwork::backward(const MlpInput& input, std::span<const std::uint32_t> rows,
                          std::span<const float> slopes) {
    const FlushDenormals flush;
    const std::size_t batch = rows.size();
    const std::size_t last = layers_.size() - 1;
    std::ranges::fill(slopes_[last].span(), 0.0F);
    for (std::size_t r = 0; r < batch; ++r)
        slopes_[last].data()[r * layers_[last].width] = slopes[r];
    for (std::size_t i = layers_.size(); i-- > 0;) {
        const Layer& layer = layers_[i];
        const float* slope = slopes_[i].data();
        const std::span<float> gradient = parameters_.gradient(2 * i);
        add_columns(slope, batch, layer.width, parameters_.gradient(2 * i + 1).data());
        if (i == 0 && input.bits()) {
            std::ranges::fill(gradient, 0.0F);
            for (std::size_t r = 0; r < batch; ++r)
                scatter_add(slope + r * layer.width, input.ones(rows[r]), gradient.data(),
                            layer.width);
            return;
        }
        const float* in = i == 0 ? dense_.data() : outputs_[i - 1].data();
        multiply({in, 1, layer.rows, slope, gradient.data(), layer.rows, batch, layer.width,
                  nullptr, false});
        if (i == 0)
            return;
        float* before = slopes_[i - 1].data();
        multiply_transposed(slope, weight(i).data(), before, batch, layer.rows, layer.width);
        fall_through(unit_, in, {before, batch * layer.rows});
    }
}

std::vector<DenseLayer> MlpNetwork::layers(std::span<const float> block) const {
    std::vector<DenseLayer> all;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        const float* weights = block.data() + parameters_.tensors()[2 * i].offset;
        const float* biases = block.data() + parameters_.tensors()[2 * i + 1].offset;
        DenseLayer dense{layer.inputs, layer.outputs, {}, {biases, biases + layer.outputs}};
        for (std::size_t out = 0; out < layer.outputs; ++out) {
            for (std::size_t in = 0; in < layer.inputs; ++in)
                dense.weight.push_back(weights[in * layer.width + out]);
        }
        all.push_back(std::move(dense));
    }
    return all;
}

void MlpNetwork::set_layers(const std::vector<DenseLayer>& layers) {
    if (layers.size() != layers_.size())
        throw ConfigError(
            message("mlp: ", layers.size(), " layers, ", layers_.size(), " expected"));
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        const DenseLayer& given = layers[i];
        if (given.weight.size() != layer.inputs * layer.outputs ||
            given.bias.size() != layer.outputs) {
            throw ConfigError(message("mlp: layer ", i, ": ", given.weight.size(), " weights, ",
                                      layer.outputs, " x ", layer.inputs, " expected"));
        }
        for (std::size_t out = 0; out < layer.outputs; ++out) {
            for (std::size_t in = 0; in < layer.inputs; ++in)
                weight(i)[in * layer.width + out] = given.weight[out * layer.inputs + in];
        }
        std::ranges::copy(given.bias, bias(i).begin());
    }
}

}  // namespace latpred

#include "neural/mlp_rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "neural/dense_kernels.hpp"
#include "neural/mlp.hpp"

namespace latpred {

MlpRows::MlpRows(const std::vector<DenseLayer>& layers) {
    for (const DenseLayer& dense : layers) {
        const std::size_t width = padded(dense.outputs);
        Layer layer{dense.inputs, width, FloatBlock(dense.inputs * width), FloatBlock(width)};
        for (std::size_t out = 0; out < dense.outputs; ++out) {
            for (std::size_t in = 0; in < dense.inputs; ++in)
                layer.weight.data()[in * width + out] = dense.weight[out * dense.inputs + in];
        }
        std::ranges::copy(dense.bias, layer.bias.data());
        widest_ = std::max(widest_, width);
        layers_.push_back(std::move(layer));
    }
}

double MlpRows::predict(std::span<const float> x) const {
    constexpr std::size_t usual = 1024;
    alignas(64) std::array<float, 2 * usual> quick;
    const FloatBlock large(widest_ > usual ? 2 * widest_ : 0);
    const std::size_t room = widest_ > usual ? widest_ : usual;
    float* now = widest_ > usual ? large.data() : quick.data();
    float* next = now + room;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const Layer& layer = layers_[i];
        multiply_sparse_row(i == 0 ? x.data() : now, layer.weight.data(), layer.bias.data(), next,
                            layer.inputs, layer.width);
        for (std::size_t j = 0; i + 1 < layers_.size() && j < layer.width; ++j)
            next[j] = std::max(next[j], 0.0F);
        std::swap(now, next);
    }
    return now[0];
}

}  // namespace latpred

#include "neural/mlp.hpp"

#include <ATen/ATen.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::int64_t rows_at_once = 256;  // activations of a chunk stay in L2
constexpr std::int64_t few_rows = 8;  // up to here a call of LibTorch costs more than it saves

// oneDNN's fused linear layer has no public header; it is called by name through the dispatcher,
// with the schemas of torch 2.13. On 100 x 400 x 400 it took .46 of at::linear's CPU time
// (AVX-512).
using Scalars = c10::List<std::optional<at::Scalar>>;
using MaybeText = std::optional<std::string_view>;
using Reorder = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);
using FusedLinear = at::Tensor(const at::Tensor&, const at::Tensor&,
                               const std::optional<at::Tensor>&, std::string_view, Scalars,
                               MaybeText);

bool has_fused_linear() {
    return at::globalContext().hasMKLDNN() &&
           c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""}).has_value();
}

at::Tensor packed(const at::Tensor& weight) {
    static const auto reorder = c10::Dispatcher::singleton()
                                    .findSchemaOrThrow("mkldnn::_reorder_linear_weight", "")
                                    .typed<Reorder>();
    return reorder.call(weight, c10::SymInt(rows_at_once));
}

at::Tensor fused(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    static const auto linear = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                                   .typed<FusedLinear>();
    return linear.call(x, weight, bias, "relu", Scalars(), std::nullopt);
}

/// c10's errors carry a backtrace; ours are one line.
template <class Body>
auto with_plain_errors(Body&& body) {
    try {
        return body();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        throw Error(message("mlp: ", text.substr(0, text.find('\n'))));
    }
}

bool all_finite(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

void check(const std::vector<DenseLayer>& layers) {
    if (layers.empty() || layers.back().outputs != 1)
        throw ConfigError("mlp: at least one layer and one output expected");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const DenseLayer& layer = layers[i];
        const std::size_t expected = i == 0 ? layer.inputs : layers[i - 1].outputs;
        if (layer.inputs == 0 || layer.inputs != expected ||
            layer.weight.size() != layer.inputs * layer.outputs ||
            layer.bias.size() != layer.outputs) {
            throw ConfigError(message("mlp: layer ", i, ": ", layer.outputs, " x ", layer.inputs,
                                      " with ", layer.weight.size(), " weights and ",
                                      layer.bias.size(), " biases, ", expected,
                                      " inputs expected"));
        }
        if (!all_finite(layer.weight) || !all_finite(layer.bias))
            throw DataError(message("mlp: layer ", i, ": weights that are not finite"));
    }
}

}  // namespace

struct Mlp::Tensors {
    explicit Tensors(const std::vector<DenseLayer>& layers) : fuse(has_fused_linear()) {
        for (const DenseLayer& layer : layers) {
            const auto inputs = static_cast<std::int64_t>(layer.inputs);
            const auto outputs = static_cast<std::int64_t>(layer.outputs);
            weights.push_back(
                at::from_blob(const_cast<float*>(layer.weight.data()), {outputs, inputs}));
            biases.push_back(at::from_blob(const_cast<float*>(layer.bias.data()), {outputs}));
            if (fuse && outputs > 1)
                packed_weights.push_back(packed(weights.back()));
        }
    }

    [[nodiscard]] at::Tensor run(at::Tensor x) const {
        for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
            x = fuse ? fused(x, packed_weights[i], biases[i])
                     : at::linear(x, weights[i], biases[i]).relu_();
        }
        return at::linear(x, weights.back(), biases.back());
    }

    bool fuse;
    std::vector<at::Tensor> weights;  ///< views of the layers' vectors
    std::vector<at::Tensor> biases;
    std::vector<at::Tensor> packed_weights;
};

Mlp::Mlp(std::vector<DenseLayer> layers) : layers_(std::move(layers)) {
    check(layers_);
    rows_ = std::make_unique<MlpRows>(layers_);
    const at::NoGradGuard no_grad;
    tensors_ = with_plain_errors([&] { return std::make_unique<Tensors>(layers_); });
}

Mlp::~Mlp() = default;

void Mlp::forward(std::span<const float> x, std::span<double> values) const {
    const auto rows = static_cast<std::int64_t>(values.size());
    const auto columns = static_cast<std::int64_t>(inputs());
    if (x.size() != values.size() * inputs()) {
        throw ConfigError(message("mlp: ", x.size(), " features for ", rows, " rows, ", columns,
                                  " a row expected"));
    }
    if (rows <= few_rows) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = rows_->predict(x.subspan(i * inputs(), inputs()));
        return;
    }
    const at::NoGradGuard no_grad;
    with_plain_errors([&] {
        for (std::int64_t begin = 0; begin < rows; begin += rows_at_once) {
            const std::int64_t count = std::min(rows_at_once, rows - begin);
            // from_blob wants a mutable pointer; nothing writes there.
            auto* chunk = const_cast<float*>(x.data() + begin * columns);
            const at::Tensor y = tensors_->run(at::from_blob(chunk, {count, columns}));
            std::copy_n(y.const_data_ptr<float>(), count, values.data() + begin);
        }
    });
}

}  // namespace latpred

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/wider_kernels_impl.hpp"

namespace latpred {
namespace {

using Values = std::span<at::Tensor>;

Kernel matmul(const Op& op) {
    if (op.transpose_b)
        return [](Values x) { return at::matmul(x[0], x[1].transpose(2, 3)); };
    return [](Values x) { return at::matmul(x[0], x[1]); };
}

Kernel layer_norm(const Op& op, const OpTensors& tensors) {
    const std::vector<std::int64_t> shape = tensors.weight.sizes().vec();
    if (op.axes > 0) {
        return [=, eps = op.eps, t = tensors](Values x) {
            return at::layer_norm(x[0], shape, t.weight, t.bias, eps);
        };
    }
    return [=, eps = op.eps, t = tensors](Values x) {
        const at::Tensor last = x[0].permute({0, 2, 3, 1});
        return at::layer_norm(last, shape, t.weight, t.bias, eps).permute({0, 3, 1, 2});
    };
}

/// Whole numbers of a vocabulary, N x T. DataError for others.
at::Tensor tokens_of(const at::Tensor& value, int vocabulary, const std::string& name) {
    const at::Tensor flat = value.reshape({value.size(0), -1});
    if (!flat.is_meta()) {
        const at::Tensor held = flat.detach().to(at::kCPU).contiguous();
        const float* const numbers = held.const_data_ptr<float>();
        for (std::int64_t i = 0; i < held.numel(); ++i) {
            const float number = numbers[i];
            if (number >= 0 && number < static_cast<float>(vocabulary) &&
                number == std::floor(number))
                continue;
            throw DataError(message("operator '", name, "': ", number, " at place ",
                                    i % flat.size(1), " of input ", i / flat.size(1),
                                    " is no token, whole numbers from 0 to ", vocabulary - 1,
                                    " expected"));
        }
    }
    return flat.to(at::kLong);
}

Kernel embedding(const Op& op, const OpTensors& tensors) {
    return [weight = tensors.weight, vocabulary = op.vocabulary, name = op.name()](Values x) {
        return at::embedding(weight, tokens_of(x[0], vocabulary, name)).unsqueeze(1);
    };
}

Kernel parameter(const OpTensors& tensors) {
    return [weight = tensors.weight](Values x) {
        return weight.expand({x[0].size(0), weight.size(0), weight.size(1), weight.size(2)});
    };
}

Kernel scale(double factor) {
    return [factor](Values x) { return ours(x[0]) ? x[0].mul_(factor) : at::mul(x[0], factor); };
}

}  // namespace

Kernel wider_kernel(const Op& op, const OpTensors& tensors, const KernelSettings& settings) {
    const auto [a, b, c] = op.permutation;
    const Shape shape = op.shape;
    switch (op.kind) {
    case OpKind::matmul:
        return matmul(op);
    case OpKind::softmax:
        return [axis = op.axis + 1](Values x) { return at::softmax(x[0], axis); };
    case OpKind::layer_norm:
        return layer_norm(op, tensors);
    case OpKind::embedding:
        return embedding(op, tensors);
    case OpKind::reshape:
        return [shape](Values x) {
            return x[0].reshape({x[0].size(0), shape.channels, shape.height, shape.width});
        };
    case OpKind::transpose:
        return [order = std::array<std::int64_t, 4>{0, a + 1, b + 1, c + 1}](Values x) {
            return x[0].permute(order);
        };
    case OpKind::scale:
        return scale(op.value);
    case OpKind::parameter:
        return parameter(tensors);
    default:
        return plane_kernel(op, tensors, settings);
    }
}

}  // namespace latpred

#include "training/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// Sets the offsets; returns the size of the block.
std::size_t lay_out(std::vector<Parameters::Tensor>& tensors) {
    std::size_t end = 0;
    for (Parameters::Tensor& tensor : tensors) {
        tensor.offset = end;
        end += padded(tensor.size);
    }
    return end;
}

}  // namespace

Parameters::Parameters(std::vector<Tensor> tensors)
    : tensors_(std::move(tensors)), values_(lay_out(tensors_)), gradients_(values_.size()) {
    std::set<std::string> names;
    for (const Tensor& tensor : tensors_) {
        if (!names.insert(tensor.name).second)
            throw ConfigError(message("parameters: '", tensor.name, "' comes twice"));
    }
}

std::span<float> Parameters::value(std::size_t tensor) const {
    const Tensor& place = tensors_.at(tensor);
    return values().subspan(place.offset, place.size);
}

std::span<float> Parameters::gradient(std::size_t tensor) const {
    const Tensor& place = tensors_.at(tensor);
    return gradients().subspan(place.offset, place.size);
}

double Parameters::clip_gradients(double limit) const {
    double squares = 0;
    for (float g : gradients())
        squares += static_cast<double>(g) * g;
    const double norm = std::sqrt(squares);
    if (norm > limit) {
        // As PyTorch's clip_grad_norm_: the small constant keeps a tiny norm from overflowing.
        const auto factor = static_cast<float>(limit / (norm + 1e-6));
        for (float& g : gradients())
            g *= factor;
    }
    return norm;
}

}  // namespace latpred

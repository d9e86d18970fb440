#include "training/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t line = 64;  // bytes
constexpr std::size_t line_floats = line / sizeof(float);

std::size_t round_up(std::size_t floats) {
    return (floats + line_floats - 1) / line_floats * line_floats;
}

/// Sets the offsets; returns the size of the block.
std::size_t lay_out(std::vector<Parameters::Tensor>& tensors) {
    std::size_t end = 0;
    for (Parameters::Tensor& tensor : tensors) {
        tensor.offset = end;
        end += round_up(tensor.size);
    }
    return end;
}

}  // namespace

void FloatBlock::Free::operator()(float* values) const {
    std::free(values);  // NOLINT(cppcoreguidelines-no-malloc): of aligned_alloc
}

FloatBlock::FloatBlock(std::size_t size)
    : values_(static_cast<float*>(
          std::aligned_alloc(line, std::max(round_up(size), line_floats) * sizeof(float)))),
      size_(size) {
    if (!values_)
        throw std::bad_alloc();
    std::fill_n(values_.get(), std::max(round_up(size), line_floats), 0.0F);
}

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

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/tensor_block_impl.hpp"

namespace latpred {
namespace {

std::vector<Parameters::Tensor> block_places(const std::vector<LayerTensor>& tensors) {
    std::vector<Parameters::Tensor> places;
    for (const LayerTensor& tensor : tensors)
        places.push_back({tensor.name, 0,
                          static_cast<std::size_t>(c10::multiply_integers(tensor.shape)),
                          tensor.learned});
    return places;
}

}  // namespace

TensorBlock::TensorBlock(std::vector<LayerTensor> tensors)
    : tensors_(std::move(tensors)), parameters_(block_places(tensors_)) {}

void TensorBlock::initialise(std::uint64_t seed) {
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        const LayerTensor& tensor = tensors_[i];
        Rng rng(seed, "initial weights of " + tensor.name);
        for (float& value : parameters_.value(i)) {
            double drawn = tensor.start.scale;
            if (tensor.start.kind == Start::Kind::uniform)
                drawn *= 2 * rng.uniform() - 1;
            else if (tensor.start.kind == Start::Kind::normal)
                drawn *= rng.normal();
            value = static_cast<float>(drawn);
        }
    }
}

std::vector<at::Tensor> TensorBlock::views(std::span<const float> block, bool learn) const {
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        all.push_back(view_of(block.data() + parameters_.tensors()[i].offset, tensors_[i].shape));
        if (learn && tensors_[i].learned)
            all.back().requires_grad_();
    }
    return all;
}

void TensorBlock::scatter(const std::vector<at::Tensor>& tensors, std::span<float> block) const {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const Parameters::Tensor& place = parameters_.tensors()[i];
        const std::span<float> to = block.subspan(place.offset, place.size);
        if (!tensors[i].defined())
            std::ranges::fill(to, 0.0F);
        else
            std::copy_n(tensors[i].contiguous().const_data_ptr<float>(), to.size(), to.data());
    }
}

void TensorBlock::add_gradients(const std::vector<at::Tensor>& gradients) const {
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined())
            continue;
        const at::Tensor given = gradients[i].contiguous();
        const float* from = given.const_data_ptr<float>();
        for (float& to : parameters_.gradient(i))
            to += *from++;
    }
}

void TensorBlock::store(TensorFile& file, const std::string& prefix) const {
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        const std::span<const float> values = parameters_.value(i);
        StoredTensor tensor{"F32", tensors_[i].shape, {}};
        tensor.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
        file.tensors[prefix + tensors_[i].name] = std::move(tensor);
    }
}

TensorBlock TensorBlock::load(std::vector<LayerTensor> tensors, const TensorFile& file,
                              const std::string& prefix) {
    for (const LayerTensor& tensor : tensors) {  // before room is made
        const auto found = file.tensors.find(prefix + tensor.name);
        if (found == file.tensors.end() || found->second.dtype != "F32" ||
            found->second.shape != tensor.shape)
            throw CorruptionError(message("model: floats '", excerpt(tensor.name), "' of shape ",
                                          join(tensor.shape, " x "), " expected"));
    }
    TensorBlock block(std::move(tensors));
    for (std::size_t i = 0; i < block.tensors_.size(); ++i) {
        const std::string& name = block.tensors_[i].name;
        const std::span<float> values = block.parameters_.value(i);
        copy_bytes(file.tensors.at(prefix + name).bytes, values);
        if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
            throw CorruptionError(message("model: '", excerpt(name), "' is not finite"));
    }
    return block;
}

std::vector<at::Tensor> slopes_by(const std::vector<at::Tensor>& parameters, const at::Tensor& y,
                                  const std::vector<at::Tensor>& slopes, bool again) {
    std::vector<at::Tensor> all(parameters.size());
    std::vector<at::Tensor> learned;
    std::ranges::copy_if(parameters, std::back_inserter(learned),
                         [](const at::Tensor& p) { return p.requires_grad(); });
    if (learned.empty() || !y.requires_grad())
        return all;
    const auto found = torch::autograd::grad({y}, learned, slopes, again, again, true);
    for (std::size_t i = 0, next = 0; i < all.size(); ++i) {
        if (parameters[i].requires_grad())
            all[i] = found[next++];
    }
    return all;
}

}  // namespace latpred

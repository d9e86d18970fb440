#include <algorithm>
#include <cmath>
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
        places.push_back(
            {tensor.name, 0, static_cast<std::size_t>(c10::multiply_integers(tensor.shape))});
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

std::vector<at::Tensor> TensorBlock::views(bool learn) const {
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        all.push_back(view_of(parameters_.value(i).data(), tensors_[i].shape));
        if (learn)
            all.back().requires_grad_();
    }
    return all;
}

void TensorBlock::add_gradients(const std::vector<at::Tensor>& gradients, float share) const {
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined())
            continue;
        const at::Tensor given = gradients[i].contiguous();
        const float* from = given.const_data_ptr<float>();
        for (float& to : parameters_.gradient(i))
            to += share * *from++;
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

}  // namespace latpred

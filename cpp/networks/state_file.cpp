#include "networks/state_file.hpp"

#include <ATen/ATen.h>

#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/safetensors.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t largest_file = std::size_t{4} << 30;
constexpr TensorLimits limits{std::size_t{16} << 20, 65536, 8};

NamedArray to_array(const std::string& where, const std::string& name, StoredTensor& stored) {
    static const std::map<std::string, at::ScalarType> types{
        {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}};
    const auto type = types.find(stored.dtype);
    if (type == types.end()) {
        throw DataError(message(where, ": tensor '", name, "' of type ", stored.dtype,
                                ", one of F64, F32, F16, BF16 expected"));
    }
    NamedArray array{std::move(stored.shape), {}};
    const at::Tensor values =
        at::from_blob(stored.bytes.data(), array.shape, at::TensorOptions(type->second))
            .to(at::kFloat)
            .contiguous();
    const float* first = values.const_data_ptr<float>();
    array.values.assign(first, first + values.numel());
    return array;
}

}  // namespace

void save_state(const std::string& path, const StateDict& state, const StateNotes& notes) {
    TensorFile file;
    file.metadata = notes;
    for (const auto& [name, array] : state) {
        const auto* bytes = reinterpret_cast<const char*>(array.values.data());
        file.tensors[name] = {"F32", array.shape,
                              std::string(bytes, array.values.size() * sizeof(float))};
    }
    write_file(path, write_tensors(file));
}

StateFile load_state(const std::string& path) {
    TensorFile file = read_tensors(read_file(path, largest_file), path, limits);
    StateFile loaded;
    loaded.notes = std::move(file.metadata);
    for (auto& [name, stored] : file.tensors) {
        if (is_batch_counter(name))
            continue;
        loaded.state.emplace(name, to_array(path, name, stored));
    }
    return loaded;
}

}  // namespace latpred

// Named tensors in one file: the safetensors layout, read without trust.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latpred {

struct StoredTensor {
    std::string dtype;  ///< "F64", "F32", "I64", "I32", "I16", "I8", "U8", "BOOL", "F16", "BF16"
    std::vector<std::int64_t> shape;
    std::string bytes;  ///< little-endian, row-major
};

struct TensorFile {
    std::map<std::string, std::string> metadata;
    std::map<std::string, StoredTensor> tensors;

    void put(const std::string& name, std::span<const double> values);
    void put(const std::string& name, std::span<const std::int32_t> values);
    /// CorruptionError where there is no tensor `name` of that type and one dimension.
    [[nodiscard]] std::vector<double> doubles(const std::string& name) const;
    [[nodiscard]] std::vector<std::int32_t> integers(const std::string& name) const;
    /// CorruptionError where the entry is missing.
    [[nodiscard]] const std::string& text(const std::string& key) const;
};

struct TensorLimits {
    std::size_t header_bytes = std::size_t{1} << 20;
    std::size_t tensors = 4096;
    std::size_t rank = 8;
};

/// The bytes of the file; the same content gives the same bytes.
std::string write_tensors(const TensorFile& file);

/// Every offset, size, shape and type is checked; the tensors must fill the data without gap or
/// overlap. `where` (a path) starts the messages. Throws CorruptionError.
TensorFile read_tensors(std::string_view bytes, const std::string& where,
                        const TensorLimits& limits = {});

}  // namespace latpred

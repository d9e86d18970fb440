#include "base/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/content_kind.hpp"
#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Json = nlohmann::json;
constexpr std::size_t header_depth = 4;  // names, entries, shapes
constexpr std::uint64_t most_elements = std::uint64_t{1} << 48;
static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

const std::map<std::string, std::size_t>& type_sizes() {
    static const std::map<std::string, std::size_t> sizes{
        {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
        {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
    return sizes;
}

class Reader {
  public:
    Reader(std::string_view bytes, const std::string& where, const TensorLimits& limits)
        : bytes_(bytes), where_(where), limits_(limits) {}

    TensorFile read() {
        refuse_other_kind(bytes_, where_, "a safetensors file");
        const Json header = parse_header();
        TensorFile file;
        std::vector<std::pair<std::size_t, std::size_t>> extents;
        for (const auto& [name, entry] : header.items()) {
            if (name == "__metadata__") {
                read_metadata(entry, file);
            } else {
                file.tensors[name] = read_tensor(name, entry, extents);
            }
        }
        require(file.tensors.size() <= limits_.tensors, "too many tensors");
        std::sort(extents.begin(), extents.end());
        std::size_t end = 0;
        for (const auto& [from, to] : extents) {
            require(from == end, "tensors overlap or leave a gap");
            end = to;
        }
        require(end == data_.size(), "the data are longer or shorter than the tensors");
        return file;
    }

  private:
    void require(bool holds, const std::string& what) const {
        if (!holds)
            throw CorruptionError(message(where_, ": damaged file: ", what));
    }

    Json parse_header() {
        require(bytes_.size() >= 8, "shorter than its header");
        std::uint64_t length = 0;
        std::memcpy(&length, bytes_.data(), sizeof length);
        require(length <= limits_.header_bytes && length <= bytes_.size() - 8,
                "the header's length is wrong");
        data_ = bytes_.substr(8 + static_cast<std::size_t>(length));
        Json header;
        const std::string fault = read_json(bytes_.substr(8, static_cast<std::size_t>(length)),
                                            header, {limits_.header_bytes, header_depth});
        require(fault.empty(), "the header: " + fault);
        require(header.is_object(), "the header is no object");
        return header;
    }

    void read_metadata(const Json& entry, TensorFile& file) const {
        require(entry.is_object(), "the metadata are no object");
        for (const auto& [key, value] : entry.items()) {
            require(value.is_string(), "metadata '" + excerpt(key) + "' is no text");
            file.metadata[key] = value.get<std::string>();
        }
    }

    [[nodiscard]] std::uint64_t number(const Json& value, const std::string& which) const {
        require(value.is_number_unsigned(), which + " has a wrong number");
        return value.get<std::uint64_t>();
    }

    StoredTensor read_tensor(const std::string& name, const Json& entry,
                             std::vector<std::pair<std::size_t, std::size_t>>& extents) const {
        const bool complete = entry.is_object() && entry.size() == 3 && entry.contains("dtype") &&
                              entry.contains("shape") && entry.contains("data_offsets") &&
                              entry["dtype"].is_string() && entry["shape"].is_array() &&
                              entry["data_offsets"].is_array();
        const std::string which = "tensor '" + excerpt(name) + "'";
        require(complete, which + " lacks dtype, shape or data_offsets");
        StoredTensor tensor;
        tensor.dtype = entry["dtype"].get<std::string>();
        const auto size = type_sizes().find(tensor.dtype);
        require(size != type_sizes().end(), which + " has an unknown type");
        require(entry["shape"].size() <= limits_.rank, which + " has too many axes");
        std::uint64_t total = size->second;
        std::uint64_t extent =
            1;  // of the axes that are not empty: an empty tensor has strides too
        for (const Json& axis : entry["shape"]) {
            const std::uint64_t length = number(axis, which);
            require(length == 0 ||
                        (total <= data_.size() / length && extent <= most_elements / length),
                    which + " is larger than the file");
            total *= length;
            extent *= std::max<std::uint64_t>(length, 1);
            tensor.shape.push_back(static_cast<std::int64_t>(length));
        }
        require(entry["data_offsets"].size() == 2, which + " has wrong offsets");
        const std::uint64_t from = number(entry["data_offsets"][0], which);
        const std::uint64_t to = number(entry["data_offsets"][1], which);
        require(from <= to && to <= data_.size() && to - from == total,
                which + " has wrong offsets");
        extents.emplace_back(from, to);
        tensor.bytes = data_.substr(from, total);
        return tensor;
    }

    std::string_view bytes_;
    std::string_view data_;
    const std::string& where_;
    const TensorLimits& limits_;
};

template <class T>
std::vector<T> values_of(const TensorFile& file, const std::string& name, const char* dtype) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.dtype != dtype ||
        found->second.shape.size() != 1) {
        throw CorruptionError(
            message("damaged file: tensor '", name, "' of type ", dtype, " and one axis expected"));
    }
    std::vector<T> values(found->second.bytes.size() / sizeof(T));
    copy_bytes(found->second.bytes, std::span(values));
    return values;
}

template <class T>
StoredTensor stored(std::span<const T> values, const char* dtype) {
    return {dtype,
            {static_cast<std::int64_t>(values.size())},
            std::string(reinterpret_cast<const char*>(values.data()), values.size_bytes())};
}

}  // namespace

void TensorFile::put(const std::string& name, std::span<const double> values) {
    tensors[name] = stored(values, "F64");
}

void TensorFile::put(const std::string& name, std::span<const std::int32_t> values) {
    tensors[name] = stored(values, "I32");
}

std::vector<double> TensorFile::doubles(const std::string& name) const {
    return values_of<double>(*this, name, "F64");
}

std::vector<std::int32_t> TensorFile::integers(const std::string& name) const {
    return values_of<std::int32_t>(*this, name, "I32");
}

const std::string& TensorFile::text(const std::string& key) const {
    const auto found = metadata.find(key);
    if (found == metadata.end())
        throw CorruptionError(message("damaged file: metadata '", key, "' expected"));
    return found->second;
}

std::string write_tensors(const TensorFile& file) {
    Json header = Json::object();
    header["__metadata__"] = file.metadata;
    std::string data;
    for (const auto& [name, tensor] : file.tensors) {
        header[name] = {{"dtype", tensor.dtype},
                        {"shape", tensor.shape},
                        {"data_offsets", {data.size(), data.size() + tensor.bytes.size()}}};
        data += tensor.bytes;
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const Json::exception&) {
        throw ConfigError("model file: names and metadata must be valid UTF-8");
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + text + data;
}

TensorFile read_tensors(std::string_view bytes, const std::string& where,
                        const TensorLimits& limits) {
    return Reader(bytes, where, limits).read();
}

}  // namespace latpred

#include "base/sealed_file.hpp"

#include "base/content_kind.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t digits = 64;
const std::string checksum_key = R"("sha256":")";

/// The checksum of the bytes, and the one that they hold. Empty: they hold none.
std::string checksum_of(std::string& bytes, std::string& stored) {
    const std::size_t key = bytes.find(checksum_key);
    if (key == std::string::npos || key + checksum_key.size() + digits > bytes.size())
        return {};
    const std::size_t begin = key + checksum_key.size();
    stored = bytes.substr(begin, digits);
    bytes.replace(begin, digits, digits, '0');
    return sha256(bytes);
}

}  // namespace

std::string sealed_bytes(TensorFile file) {
    file.metadata["sha256"] = std::string(digits, '0');
    std::string bytes = write_tensors(file);
    std::string stored;
    std::string patched = bytes;
    const std::string checksum = checksum_of(patched, stored);
    return bytes.replace(bytes.find(checksum_key) + checksum_key.size(), digits, checksum);
}

TensorFile read_sealed(std::string_view bytes, const std::string& where) {
    refuse_other_kind(bytes, where, "a latpred model");
    TensorFile file = read_tensors(bytes, where);
    std::string copy(bytes);
    std::string stored;
    const std::string checksum = checksum_of(copy, stored);
    if (checksum.empty())
        throw CorruptionError(
            message(where, ": a safetensors file without a checksum, not a latpred model"));
    if (checksum != stored)
        throw CorruptionError(message(where, ": damaged file: the checksum does not match"));
    return file;
}

}  // namespace latpred

// A tensor file with a checksum over every byte of it.
#pragma once

#include <string>
#include <string_view>

#include "base/safetensors.hpp"

namespace latpred {

/// The bytes of the file with "sha256" in its metadata: of all bytes, its own digits read as zeros.
std::string sealed_bytes(TensorFile file);

/// What `sealed_bytes` wrote. CorruptionError, starting with `where`, for any damage.
TensorFile read_sealed(std::string_view bytes, const std::string& where);

}  // namespace latpred

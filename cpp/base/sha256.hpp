// SHA-256 (FIPS 180-4), for the checksums of model files.
#pragma once

#include <string>
#include <string_view>

namespace latpred {

/// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace latpred

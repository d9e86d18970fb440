// What a file is, by its first bytes: so that a file of another kind is named, not called damaged.
#pragma once

#include <string>
#include <string_view>

namespace latpred {

/// Bytes from the front of a file that `content_kind` looks at.
constexpr std::size_t told_bytes = 4096;

/// What begins with these bytes, as "an SQLite database" or "JSON text"; "" where they do not say.
std::string content_kind(std::string_view bytes);

/// Whether the bytes begin as a safetensors file does.
bool begins_as_safetensors(std::string_view bytes);

/// CorruptionError "…: JSON text, not a latpred model" where the bytes are of a known other kind.
void refuse_other_kind(std::string_view bytes, const std::string& where,
                       const std::string& expected);

}  // namespace latpred

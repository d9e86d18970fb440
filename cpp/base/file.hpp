// Whole files in and out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latpred {

/// StorageError where the file cannot be read or is larger than `limit`.
std::string read_file(const std::string& path, std::size_t limit = std::size_t{512} << 20);

/// Writes beside the file and renames, so that no half file is ever seen. StorageError.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace latpred

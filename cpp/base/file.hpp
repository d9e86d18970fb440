// Whole files in and out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latpred {

/// StorageError where the file cannot be read or is larger than `limit`.
std::string read_file(const std::string& path, std::size_t limit = std::size_t{512} << 20);

/// Writes beside the file, to the disk, and renames: whoever reads, also after a crash or beside
/// other writers, finds the old content or the new one, whole. A file that is replaced keeps its
/// permissions, a link its place. StorageError.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace latpred

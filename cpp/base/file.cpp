#include "base/file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

std::string read_file(const std::string& path, std::size_t limit) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) {
        throw StorageError(message(
            path, ": cannot be read: ", failed ? failed.message() : "not an ordinary file"));
    }
    const auto size = std::filesystem::file_size(path, failed);
    if (failed || size > limit) {
        throw StorageError(
            message(path, ": cannot be read: ", failed ? failed.message() : "larger than allowed"));
    }
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)))
        throw StorageError(message(path, ": cannot be read: ", std::strerror(errno)));
    return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
    const std::string beside = path + ".part";
    {
        std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        stream.flush();
        if (!stream)
            throw StorageError(message(path, ": cannot be written: ", std::strerror(errno)));
    }
    std::error_code failed;
    std::filesystem::rename(beside, path, failed);
    if (failed)
        throw StorageError(message(path, ": cannot be written: ", failed.message()));
}

}  // namespace latpred

#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

namespace fs = std::filesystem;

void require(bool holds) {
    if (!holds)
        throw std::system_error(errno, std::generic_category());
}

/// A new file of a name that no other writer has; removed again unless it was moved.
class PartFile {
  public:
    /// Throws std::system_error, as all methods do.
    explicit PartFile(const fs::path& target) {
        static std::atomic<unsigned> number{0};
        const std::string name = target.filename().string().substr(0, 100);
        do {
            path_ = target.parent_path() /
                    message(".", name, ".", ::getpid(), "-", number.fetch_add(1), ".part");
            file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        } while (file_ < 0 && errno == EEXIST);
        require(file_ >= 0);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile() {
        if (file_ >= 0)
            ::close(file_);
        if (!moved_)
            ::unlink(path_.c_str());
    }

    void set_mode(mode_t mode) const { require(::fchmod(file_, mode) == 0); }

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(file_, bytes.data(), bytes.size());
            require(written >= 0 || errno == EINTR);
            bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
    }

    void move_to(const fs::path& target) {
        require(::fsync(file_) == 0);
        const int closed = ::close(file_);
        file_ = -1;
        require(closed == 0 || errno == EINTR);
        require(::rename(path_.c_str(), target.c_str()) == 0);
        moved_ = true;
    }

  private:
    fs::path path_;
    int file_ = -1;
    bool moved_ = false;
};

/// The entry in the folder survives a crash, too; some file systems cannot promise that.
void sync_folder(const fs::path& folder) {
    const int file =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    ::fsync(file);
    ::close(file);
}

/// A terminal, a pipe: nothing to replace.
void write_through(const fs::path& target, std::string_view bytes) {
    std::ofstream stream(target, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.flush();
    require(!stream.fail());
}

void replace(const fs::path& target, std::string_view bytes, std::optional<mode_t> mode) {
    PartFile part(target);
    if (mode)
        part.set_mode(*mode);
    part.write(bytes);
    part.move_to(target);
    sync_folder(target.parent_path());
}

/// The system would stop reading the name at a zero byte and take another file.
void check_path(const std::string& path, const char* what) {
    if (path.find('\0') != std::string::npos)
        throw StorageError(
            message(excerpt(path), ": cannot be ", what, ": a name with a zero byte"));
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
    check_path(path, "read");
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) {
        throw StorageError(message(
            path, ": cannot be read: ", failed ? failed.message() : "not an ordinary file"));
    }
    const auto size = fs::file_size(path, failed);
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
    check_path(path, "written");
    fs::path target = path;
    std::error_code no_link;
    try {
        if (fs::is_symlink(target, no_link))
            target = fs::weakly_canonical(target);
        struct stat found{};
        if (::stat(target.c_str(), &found) != 0)
            replace(target, bytes, std::nullopt);
        else if (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))
            replace(target, bytes, found.st_mode & 0777);
        else
            write_through(target, bytes);
    } catch (const std::system_error& error) {
        throw StorageError(message(path, ": cannot be written: ", error.code().message()));
    }
}

}  // namespace latpred

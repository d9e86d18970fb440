#include "base/memory_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
constexpr double small_bytes = 64.0 * 1024 * 1024;  // not worth asking the system
constexpr double usable_share = 0.9;                // of what is free; others take some meanwhile

/// The number behind `key` in a file of lines "key number"; the first number for an empty key.
double number_in(const char* path, const std::string& key) {
    std::ifstream file(path);
    std::string word;
    while (file >> word) {
        if (!key.empty() && word != key)
            continue;
        if (!key.empty() && !(file >> word))
            break;
        try {
            return std::stod(word);
        } catch (const std::exception&) {  // "max"
            return unknown;
        }
    }
    return unknown;
}

double machine_leaves() {
    return number_in("/proc/meminfo", "MemAvailable:") * 1024;
}

/// What the limit of a control group leaves; files that can be read again do not count as taken.
double group_leaves() {
    const double most = number_in("/sys/fs/cgroup/memory.max", "");
    const double taken = number_in("/sys/fs/cgroup/memory.current", "");
    const double cached = number_in("/sys/fs/cgroup/memory.stat", "inactive_file");
    if (most == unknown || taken == unknown)
        return unknown;
    return std::max(most - taken + (cached == unknown ? 0 : cached), 0.0);
}

double address_space_leaves() {
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return unknown;
    const double pages = number_in("/proc/self/statm", "");
    const double taken = pages == unknown ? 0 : pages * 4096;
    return std::max(static_cast<double>(limit.rlim_cur) - taken, 0.0);
}

std::string size_text(double bytes) {
    constexpr double gigabyte = 1e9;
    return bytes < gigabyte ? message(static_cast<long long>(bytes / 1e6), " MB")
                            : message(static_cast<long long>(bytes / gigabyte), " GB");
}

}  // namespace

double free_memory_bytes() {
    return std::min({machine_leaves(), group_leaves(), address_space_leaves()});
}

void require_memory(std::string_view what, double count, double bytes_each) {
    const double bytes = count * bytes_each;
    if (bytes <= small_bytes)
        return;
    const double least = usable_share * free_memory_bytes();
    if (bytes > least) {
        throw ConfigError(message(what, " need about ", size_text(bytes), " of memory, of which ",
                                  size_text(least), " are free; fewer expected"));
    }
}

void require_memory(std::string_view where, std::size_t count, std::string_view things,
                    double bytes_each) {
    const auto number = static_cast<double>(count);
    if (number * bytes_each > small_bytes)
        require_memory(message(where, ": ", count, " ", things), number, bytes_each);
}

}  // namespace latpred

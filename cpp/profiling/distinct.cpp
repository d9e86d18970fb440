#include "profiling/distinct.hpp"

#include <algorithm>

namespace latpred {

std::vector<std::int64_t> DistinctNetworks::add(const Architectures& archs) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::int64_t> found(archs.size(), -1);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto [begin, end] = numbers_.equal_range(hashes[i]);
        for (auto known = begin; known != end && found[i] < 0; ++known) {
            const auto row = all_.row(static_cast<std::size_t>(known->second));
            if (std::ranges::equal(row, archs.row(i)))
                found[i] = known->second;
        }
        if (found[i] >= 0)
            continue;
        found[i] = static_cast<std::int64_t>(all_.size());
        all_.append(archs.row(i));
        numbers_.emplace(hashes[i], found[i]);
    }
    return found;
}

}  // namespace latpred

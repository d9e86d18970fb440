// Architectures a few hundred at a time, so that their features stay in the cache.
#pragma once

#include <algorithm>
#include <vector>

#include "base/monitor.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Calls `take(first row, part)`, polling the monitor before each part.
template <class Take>
void in_batches(const Architectures& archs, Take take) {
    constexpr std::size_t batch = 512;
    std::vector<std::size_t> rows;
    for (std::size_t begin = 0; begin < archs.size(); begin += batch) {
        Monitor::current().poll();
        rows.clear();
        for (std::size_t i = begin; i < std::min(begin + batch, archs.size()); ++i)
            rows.push_back(i);
        take(begin, archs.select(rows));
    }
}

}  // namespace latpred

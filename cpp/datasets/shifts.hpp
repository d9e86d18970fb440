// Change-points of a series.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// Rows [begin, end) whose level differs from the rest.
struct Shift {
    std::size_t begin = 0;
    std::size_t end = 0;
    double level = 0;  ///< median of the segment minus the median of all
};

/// Segments of at least 20 values whose level differs from the overall median by more than
/// `least` and by far more than chance: binary segmentation by the largest CUSUM statistic of the
/// series clipped at three robust standard deviations (Page 1954; Vostrikova 1981).
std::vector<Shift> find_shifts(std::span<const double> series, double least);

}  // namespace latpred

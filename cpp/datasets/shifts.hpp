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

/// Segments of at least 30 values of which both halves differ from the overall median by more than
/// `least` and by far more than chance: circular binary segmentation (Olshen et al. 2004), which
/// finds a stretch in the middle as well as a single step, of the series clipped at three robust
/// standard deviations.
std::vector<Shift> find_shifts(std::span<const double> series, double least);

}  // namespace latpred

#include "datasets/shifts.hpp"

#include <algorithm>
#include <cmath>

#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr std::size_t shortest = 20;
constexpr double threshold = 8.0;  // of the CUSUM statistic; chance stays below about 5
constexpr double normal_consistency = 1.4826;

struct Cut {
    std::size_t place = 0;
    double statistic = 0;
};

/// The best cut of [begin, end): sums[i] is the sum of the first i standardised values.
Cut best_cut(const std::vector<double>& sums, std::size_t begin, std::size_t end) {
    Cut best;
    const auto length = static_cast<double>(end - begin);
    const double total = sums[end] - sums[begin];
    for (std::size_t place = begin + shortest; place + shortest <= end; ++place) {
        const auto left = static_cast<double>(place - begin);
        const double excess = sums[place] - sums[begin] - total * left / length;
        const double statistic = std::abs(excess) / std::sqrt(left * (length - left) / length);
        if (statistic > best.statistic)
            best = {place, statistic};
    }
    return best;
}

void segment(const std::vector<double>& sums, std::size_t begin, std::size_t end,
             std::vector<std::size_t>& ends) {
    const Cut cut = best_cut(sums, begin, end);
    if (cut.statistic > threshold) {
        segment(sums, begin, cut.place, ends);
        segment(sums, cut.place, end, ends);
    } else {
        ends.push_back(end);
    }
}

}  // namespace

std::vector<Shift> find_shifts(std::span<const double> series, double least) {
    if (series.size() < 2 * shortest)
        return {};
    const double centre = median(series);
    const double scale = normal_consistency * median_absolute_deviation(series);
    if (!(scale > 0))
        return {};
    std::vector<double> sums(series.size() + 1);
    for (std::size_t i = 0; i < series.size(); ++i)
        sums[i + 1] = sums[i] + std::clamp((series[i] - centre) / scale, -3.0, 3.0);
    std::vector<std::size_t> ends;
    segment(sums, 0, series.size(), ends);
    std::vector<Shift> shifts;
    std::size_t begin = 0;
    for (std::size_t end : ends) {
        const double level = median(series.subspan(begin, end - begin)) - centre;
        const bool adjoins = !shifts.empty() && shifts.back().end == begin;
        if (std::abs(level) > least) {
            if (adjoins && (shifts.back().level > 0) == (level > 0)) {
                shifts.back().end = end;
                shifts.back().level =
                    median(series.subspan(shifts.back().begin, end - shifts.back().begin)) - centre;
            } else {
                shifts.push_back({begin, end, level});
            }
        }
        begin = end;
    }
    return shifts;
}

}  // namespace latpred

#include "datasets/shifts.hpp"

#include <algorithm>
#include <cmath>

#include "base/monitor.hpp"
#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr std::size_t shortest = 30;
constexpr std::size_t grid = 300;  // places tried at first; the best is then refined
constexpr double threshold = 6.5;  // of the statistic; chance stays below about 5

/// A stretch [begin, end) and how far its level differs from the rest, in standard errors.
struct Arc {
    std::size_t begin = 0;
    std::size_t end = 0;
    double statistic = 0;
};

/// Stretches of one range; sums[i] is the sum of the first i standardised values.
class ArcSearch {
  public:
    ArcSearch(const std::vector<double>& sums, std::size_t begin, std::size_t end)
        : sums_(sums), begin_(begin), end_(end),
          mean_((sums[end] - sums[begin]) / static_cast<double>(end - begin)) {}

    [[nodiscard]] Arc best() {
        for (std::size_t step = std::max<std::size_t>(1, (end_ - begin_) / grid);; step /= 2) {
            const Arc around = best_;
            if (around.end == 0) {
                try_all(begin_, end_, begin_, end_, step);
            } else {
                const std::size_t reach = 3 * step;
                try_all(low(around.begin, reach), high(around.begin, reach), low(around.end, reach),
                        high(around.end, reach), step);
            }
            if (step == 1 || best_.end == 0)
                return best_;
        }
    }

  private:
    [[nodiscard]] std::size_t low(std::size_t place, std::size_t reach) const {
        return place > begin_ + reach ? place - reach : begin_;
    }
    [[nodiscard]] std::size_t high(std::size_t place, std::size_t reach) const {
        return std::min(end_, place + reach);
    }
    /// No rest at that side, or one that is long enough.
    [[nodiscard]] static bool fits(std::size_t rest) { return rest == 0 || rest >= shortest; }

    void try_all(std::size_t first, std::size_t last_first, std::size_t second,
                 std::size_t last_second, std::size_t step) {
        Pulse pulse(64);
        for (std::size_t i = first; i <= last_first; i += step) {
            pulse();
            if (fits(i - begin_)) {
                for (std::size_t j = std::max(second, i + shortest); j < last_second; j += step)
                    try_arc(i, j);
                try_arc(i, last_second);
            }
        }
    }

    void try_arc(std::size_t i, std::size_t j) {
        if (j < i + shortest || !fits(end_ - j) || j - i == end_ - begin_)
            return;
        const auto length = static_cast<double>(end_ - begin_);
        const auto inside = static_cast<double>(j - i);
        const double excess = sums_[j] - sums_[i] - mean_ * inside;
        const double statistic = std::abs(excess) / std::sqrt(inside * (length - inside) / length);
        if (statistic > best_.statistic)
            best_ = {i, j, statistic};
    }

    const std::vector<double>& sums_;
    std::size_t begin_;
    std::size_t end_;
    double mean_;
    Arc best_;
};

void segment(const std::vector<double>& sums, std::size_t begin, std::size_t end,
             std::vector<std::size_t>& ends) {
    const Arc arc = end - begin >= 2 * shortest ? ArcSearch(sums, begin, end).best() : Arc{};
    if (arc.statistic <= threshold) {
        ends.push_back(end);
        return;
    }
    if (arc.begin > begin)
        segment(sums, begin, arc.begin, ends);
    segment(sums, arc.begin, arc.end, ends);
    if (arc.end < end)
        segment(sums, arc.end, end, ends);
}

/// Whether both halves lie off by the least step; else a few rows at one end decide.
bool persists(std::span<const double> part, double centre, double level, double least) {
    const std::size_t half = part.size() / 2;
    const double first = median(part.first(half)) - centre;
    const double second = median(part.subspan(half)) - centre;
    const double sign = level > 0 ? 1 : -1;
    return sign * first > least && sign * second > least;
}

}  // namespace

std::vector<Shift> find_shifts(std::span<const double> series, double least) {
    if (series.size() < 2 * shortest)
        return {};
    const double centre = median(series);
    const double scale = robust_deviation(series);
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
        const auto part = series.subspan(begin, end - begin);
        if (std::abs(level) > least && persists(part, centre, level, least)) {
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

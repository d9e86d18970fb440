#include "searching/attainment.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

struct Corner {
    double first = 0;
    double second = 0;
    std::size_t front = 0;
};

void check(std::span<const Points> fronts, std::size_t level) {
    if (level < 1 || level > fronts.size()) {
        throw ConfigError(message("attainment: level ", level, " of ", fronts.size(),
                                  " fronts, 1 to ", fronts.size(), " expected"));
    }
    for (const Points& front : fronts) {
        if (front.goals != 2) {
            throw ConfigError(
                message("attainment: a front of ", front.goals, " objectives, 2 expected"));
        }
    }
}

}  // namespace

std::vector<double> attainment_surface(std::span<const Points> fronts, std::size_t level) {
    check(fronts, level);
    std::vector<Corner> corners;
    for (std::size_t k = 0; k < fronts.size(); ++k) {
        for (std::size_t i = 0; i < fronts[k].size(); ++i)
            corners.push_back({fronts[k].at(i, 0), fronts[k].at(i, 1), k});
    }
    std::sort(corners.begin(), corners.end(),
              [](const Corner& a, const Corner& b) { return a.second > b.second; });
    // Down the second score: the best first score of each front so far; the level-th of them
    // counts.
    constexpr double nothing = -std::numeric_limits<double>::infinity();
    std::vector<double> best(fronts.size(), nothing);
    std::vector<double> surface;
    double reached = nothing;
    Pulse pulse(256);
    for (std::size_t begin = 0; begin < corners.size();) {
        pulse();
        std::size_t end = begin;
        for (; end < corners.size() && corners[end].second == corners[begin].second; ++end)
            best[corners[end].front] = std::max(best[corners[end].front], corners[end].first);
        std::vector<double> sorted = best;
        const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(level - 1);
        std::nth_element(sorted.begin(), place, sorted.end(), std::greater<>());
        if (*place > reached) {
            reached = *place;
            surface.insert(surface.end(), {reached, corners[begin].second});
        }
        begin = end;
    }
    return surface;
}

}  // namespace latpred

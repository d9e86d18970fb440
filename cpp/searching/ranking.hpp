// Ranks of points by domination: higher scores are better.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// N points of M scores each, row-major; of all scores more is better.
struct Points {
    std::span<const double> scores;
    std::size_t goals = 1;  ///< M

    [[nodiscard]] std::size_t size() const { return scores.size() / goals; }
    [[nodiscard]] double at(std::size_t point, std::size_t goal) const {
        return scores[point * goals + goal];
    }
    [[nodiscard]] std::span<const double> row(std::size_t point) const {
        return scores.subspan(point * goals, goals);
    }
};

/// Whether no score of `a` is lower than that of `b`: it dominates or equals it.
inline bool covers(std::span<const double> a, std::span<const double> b) {
    for (std::size_t goal = 0; goal < a.size(); ++goal) {
        if (a[goal] < b[goal])
            return false;
    }
    return true;
}

/// Rank 0 is dominated by no point, rank k by none but those of lower ranks.
///
/// Two goals: one sweep in O(N log N) instead of Deb's O(N²). Points come by descending second
/// score, so that the last of a rank has its highest first score, and whether that rank dominates
/// is one comparison (Jensen, "Reducing the run-time complexity of multiobjective EAs", IEEE TEC
/// 2003). More goals: points come in lexicographic order, so that only earlier ones can dominate,
/// and the rank is found by bisection (Zhang et al., "An efficient approach to nondominated
/// sorting", IEEE TEC 2015).
std::vector<std::size_t> non_dominated_ranks(const Points& points);

/// Distance of each point's two neighbours in its own rank, as a share of that rank's extent in
/// every direction; infinity at the ends (Deb et al., NSGA-II, IEEE TEC 2002, §III-B). ConfigError
/// unless there is a rank for each point.
std::vector<double> crowding_distances(const Points& points, std::span<const std::size_t> ranks);

}  // namespace latpred

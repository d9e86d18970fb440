#include "searching/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// By descending score, the last goal first; equal ones by their number.
std::vector<std::size_t> sweep_order(const Points& points) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        for (std::size_t goal = points.goals; goal-- > 0;) {
            if (points.at(a, goal) != points.at(b, goal))
                return points.at(a, goal) > points.at(b, goal);
        }
        return a < b;
    });
    return order;
}

std::vector<std::size_t> ranks_of_pairs(const Points& points) {
    std::vector<std::size_t> ranks(points.size());
    std::vector<std::size_t> tails;  // the last point of each rank so far
    for (std::size_t i : sweep_order(points)) {
        const auto dominates = [&](std::size_t tail) {
            return points.at(tail, 0) > points.at(i, 0) ||
                   (points.at(tail, 0) == points.at(i, 0) && points.at(tail, 1) > points.at(i, 1));
        };
        const auto found = std::partition_point(tails.begin(), tails.end(), dominates);
        ranks[i] = static_cast<std::size_t>(found - tails.begin());
        if (found == tails.end())
            tails.push_back(i);
        else
            *found = i;
    }
    return ranks;
}

std::vector<std::size_t> ranks_by_bisection(const Points& points) {
    std::vector<std::size_t> ranks(points.size());
    std::vector<std::vector<std::size_t>> members;  // of each rank so far
    Pulse pulse(64);
    for (std::size_t i : sweep_order(points)) {
        pulse();
        const auto row = points.row(i);
        const auto dominated = [&](const std::vector<std::size_t>& rank) {
            // Near ones come last and are the likeliest to dominate.
            return std::any_of(rank.rbegin(), rank.rend(), [&](std::size_t other) {
                return covers(points.row(other), row) &&
                       !std::ranges::equal(points.row(other), row);
            });
        };
        const auto found = std::partition_point(members.begin(), members.end(), dominated);
        ranks[i] = static_cast<std::size_t>(found - members.begin());
        if (found == members.end())
            members.emplace_back();
        members[ranks[i]].push_back(i);
    }
    return ranks;
}

/// Adds the share of one goal for the points of one rank, which come in the order of that goal.
void add_crowding(std::span<const std::size_t> order, const Points& points, std::size_t goal,
                  std::vector<double>& distances) {
    const double extent = std::abs(points.at(order.front(), goal) - points.at(order.back(), goal));
    const bool flat = !(extent > 0) || !std::isfinite(extent);
    for (std::size_t k = 1; k + 1 < order.size() && !flat; ++k) {
        distances[order[k]] +=
            std::abs(points.at(order[k - 1], goal) - points.at(order[k + 1], goal)) / extent;
    }
    distances[order.front()] = distances[order.back()] = std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<std::size_t> non_dominated_ranks(const Points& points) {
    return points.goals == 2 ? ranks_of_pairs(points) : ranks_by_bisection(points);
}

std::vector<double> crowding_distances(const Points& points, std::span<const std::size_t> ranks) {
    if (ranks.size() != points.size()) {
        throw ConfigError(message("ranking: ", points.size(), " points and ", ranks.size(),
                                  " ranks, as many expected"));
    }
    std::vector<double> distances(points.size());
    std::vector<std::size_t> order = sweep_order(points);
    for (std::size_t goal = points.goals; goal-- > 0;) {
        // The order of the sweep is that of the last goal already.
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            if (ranks[a] != ranks[b])
                return ranks[a] < ranks[b];
            return points.at(a, goal) > points.at(b, goal);
        });
        for (std::size_t begin = 0; begin < order.size();) {
            std::size_t end = begin;
            while (end < order.size() && ranks[order[end]] == ranks[order[begin]])
                ++end;
            add_crowding(std::span(order).subspan(begin, end - begin), points, goal, distances);
            begin = end;
        }
    }
    return distances;
}

}  // namespace latpred

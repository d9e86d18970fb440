#include "searching/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

void require_same(std::size_t scores, std::size_t others, const char* name) {
    if (scores != others) {
        throw ConfigError(
            message("ranking: ", scores, " scores and ", others, " ", name, ", as many expected"));
    }
}

/// By ascending latency; equally fast ones by descending score.
std::vector<std::size_t> sweep_order(std::span<const double> scores,
                                     std::span<const double> latencies) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (latencies[a] != latencies[b])
            return latencies[a] < latencies[b];
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    return order;
}

double share(double difference, double extent) {
    return extent > 0 && std::isfinite(extent) ? difference / extent : 0.0;
}

/// Of one rank, whose points come by ascending latency and therefore ascending score.
void set_crowding(std::span<const std::size_t> points, std::span<const double> scores,
                  std::span<const double> latencies, std::vector<double>& distances) {
    const std::size_t first = points.front();
    const std::size_t last = points.back();
    for (std::size_t k = 1; k + 1 < points.size(); ++k) {
        const std::size_t before = points[k - 1];
        const std::size_t after = points[k + 1];
        distances[points[k]] =
            share(scores[after] - scores[before], scores[last] - scores[first]) +
            share(latencies[after] - latencies[before], latencies[last] - latencies[first]);
    }
    distances[first] = distances[last] = std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<std::size_t> non_dominated_ranks(std::span<const double> scores,
                                             std::span<const double> latencies) {
    require_same(scores.size(), latencies.size(), "latencies");
    std::vector<std::size_t> ranks(scores.size());
    std::vector<std::size_t> tails;  // the last point of each rank so far
    for (std::size_t i : sweep_order(scores, latencies)) {
        const auto dominates = [&](std::size_t tail) {
            return scores[tail] > scores[i] ||
                   (scores[tail] == scores[i] && latencies[tail] < latencies[i]);
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

std::vector<double> crowding_distances(std::span<const double> scores,
                                       std::span<const double> latencies,
                                       std::span<const std::size_t> ranks) {
    require_same(scores.size(), latencies.size(), "latencies");
    require_same(scores.size(), ranks.size(), "ranks");
    std::vector<std::size_t> order = sweep_order(scores, latencies);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
    std::vector<double> distances(scores.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        while (end < order.size() && ranks[order[end]] == ranks[order[begin]])
            ++end;
        set_crowding(std::span(order).subspan(begin, end - begin), scores, latencies, distances);
        begin = end;
    }
    return distances;
}

}  // namespace latpred

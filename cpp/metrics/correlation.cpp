#include "metrics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "base/statistics.hpp"

namespace latpred {
namespace {

bool constant(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

bool undefined(std::span<const double> x, std::span<const double> y) {
    return x.size() < 2 || constant(x) || constant(y);
}

/// Deviations from the mean divided by the largest of them, so that no square over- or underflows.
std::vector<double> scaled_deviations(std::span<const double> values) {
    double mean = 0;
    for (double v : values)
        mean += v / static_cast<double>(values.size());
    double largest = 0;
    for (double v : values)
        largest = std::max(largest, std::abs(v - mean));
    std::vector<double> deviations(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        deviations[i] = (values[i] - mean) / largest;
    return deviations;
}

using Pairs = std::int64_t;

/// Pairs within runs of equal items; `same(a, b)` compares neighbours.
template <class Same>
Pairs tied_pairs(std::size_t count, const Same& same) {
    Pairs pairs = 0;
    Pairs run = 1;
    for (std::size_t i = 1; i <= count; ++i) {
        if (i < count && same(i - 1, i)) {
            ++run;
            continue;
        }
        pairs += run * (run - 1) / 2;
        run = 1;
    }
    return pairs;
}

/// Sorts `values` by merging and counts the exchanges that bubble sort would make.
Pairs sort_counting_exchanges(std::vector<double>& values) {
    std::vector<double> merged(values.size());
    Pairs exchanges = 0;
    for (std::size_t width = 1; width < values.size(); width *= 2) {
        for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
            const std::size_t middle = std::min(begin + width, values.size());
            const std::size_t end = std::min(begin + 2 * width, values.size());
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t to = begin; to < end; ++to) {
                if (right == end || (left < middle && values[left] <= values[right])) {
                    merged[to] = values[left++];
                } else {
                    merged[to] = values[right++];
                    exchanges += static_cast<Pairs>(middle - left);
                }
            }
        }
        values.swap(merged);
    }
    return exchanges;
}

}  // namespace

double pearson(std::span<const double> x, std::span<const double> y) {
    if (undefined(x, y))
        return std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> a = scaled_deviations(x);
    const std::vector<double> b = scaled_deviations(y);
    const auto dot = [](const std::vector<double>& u, const std::vector<double>& v) {
        return std::inner_product(u.begin(), u.end(), v.begin(), 0.0);
    };
    return std::clamp(dot(a, b) / std::sqrt(dot(a, a)) / std::sqrt(dot(b, b)), -1.0, 1.0);
}

double spearman(std::span<const double> x, std::span<const double> y) {
    return pearson(average_ranks(x), average_ranks(y));
}

double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
    if (undefined(x, y))
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return x[a] != x[b] ? x[a] < x[b] : y[a] < y[b];
    });
    const auto same_x = [&](std::size_t a, std::size_t b) { return x[order[a]] == x[order[b]]; };
    const auto same_both = [&](std::size_t a, std::size_t b) {
        return same_x(a, b) && y[order[a]] == y[order[b]];
    };
    const Pairs tied_x = tied_pairs(x.size(), same_x);
    const Pairs tied_both = tied_pairs(x.size(), same_both);
    std::vector<double> sorted(x.size());
    std::transform(order.begin(), order.end(), sorted.begin(), [&](std::size_t i) { return y[i]; });
    const Pairs discordant = sort_counting_exchanges(sorted);
    const Pairs tied_y =
        tied_pairs(x.size(), [&](std::size_t a, std::size_t b) { return sorted[a] == sorted[b]; });
    const auto count = static_cast<Pairs>(x.size());
    const Pairs total = count * (count - 1) / 2;
    const Pairs difference = total - tied_x - tied_y + tied_both - 2 * discordant;
    return static_cast<double>(difference) / std::sqrt(static_cast<double>(total - tied_x)) /
           std::sqrt(static_cast<double>(total - tied_y));
}

}  // namespace latpred

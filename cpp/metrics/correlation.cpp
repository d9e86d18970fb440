#include "metrics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "base/monitor.hpp"
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

/// product / (root of a x root of b), which lies in [-1, 1]. Equal a and b, as of a sample with
/// itself or with its reverse, need no root, so that the ends are exact.
double normalized(double product, double a, double b) {
    const double ratio = a == b ? product / a : product / std::sqrt(a) / std::sqrt(b);
    return std::clamp(ratio, -1.0, 1.0);
}

template <class Number>
Number dot(const std::vector<Number>& a, const std::vector<Number>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), Number{0});
}

/// Twice the distance of each rank from the mean rank: whole numbers.
std::vector<std::int64_t> centred_ranks(std::span<const double> values) {
    const std::vector<double> ranks = average_ranks(values);
    std::vector<std::int64_t> centred(ranks.size());
    std::ranges::transform(ranks, centred.begin(), [&](double rank) {
        return std::llround(2 * rank) - static_cast<std::int64_t>(ranks.size()) - 1;
    });
    return centred;
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
        Monitor::current().poll();
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
    return normalized(dot(a, b), dot(a, a), dot(b, b));
}

double spearman(std::span<const double> x, std::span<const double> y) {
    constexpr std::size_t exact = 2'000'000;  // the squares of more may not fit into 63 bits
    if (x.size() > exact)
        return pearson(average_ranks(x), average_ranks(y));
    if (undefined(x, y))
        return std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::int64_t> a = centred_ranks(x);
    const std::vector<std::int64_t> b = centred_ranks(y);
    return normalized(static_cast<double>(dot(a, b)), static_cast<double>(dot(a, a)),
                      static_cast<double>(dot(b, b)));
}

double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
    if (undefined(x, y))
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Pulse pulse(1 << 16);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        pulse();
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
    return normalized(static_cast<double>(difference), static_cast<double>(total - tied_x),
                      static_cast<double>(total - tied_y));
}

}  // namespace latpred

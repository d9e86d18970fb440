#include "metrics/top_overlap.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metrics/evaluation.hpp"

namespace latpred {
namespace {

/// Rows of the first `count` values, ascending.
std::vector<std::size_t> first_rows(std::span<const double> values, std::size_t count,
                                    bool largest) {
    std::vector<std::size_t> rows(values.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
        return largest ? values[a] > values[b] : values[a] < values[b];
    });
    rows.resize(count);
    std::ranges::sort(rows);
    return rows;
}

}  // namespace

double top_overlap(std::span<const double> truth, std::span<const double> predicted,
                   std::size_t count, bool largest) {
    require_comparable(truth, predicted, "top_overlap");
    if (count < 1 || count > truth.size())
        throw DataError(
            message("top_overlap: count ", count, ", from 1 to ", truth.size(), " expected"));
    std::vector<std::size_t> both;
    std::ranges::set_intersection(first_rows(truth, count, largest),
                                  first_rows(predicted, count, largest), std::back_inserter(both));
    return static_cast<double>(both.size()) / static_cast<double>(count);
}

}  // namespace latpred

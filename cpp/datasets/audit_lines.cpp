#include "datasets/audit_lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "datasets/checks.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr std::size_t shortest_stretch = 10;

/// Of two rows: by all genes but `column`, then by it.
int compare_rest(const Architectures& archs, std::size_t column, std::size_t a, std::size_t b) {
    for (std::size_t gene = 0; gene < archs.columns(); ++gene) {
        if (gene != column && archs.row(a)[gene] != archs.row(b)[gene])
            return archs.row(a)[gene] < archs.row(b)[gene] ? -1 : 1;
    }
    return 0;
}

}  // namespace

GeneLines gene_lines(const Architectures& archs, std::span<const double> latency,
                     std::size_t column, std::size_t most) {
    require_latency_of_each(archs, latency);
    if (column >= archs.columns()) {
        throw ConfigError(
            message("lines of gene ", column, ": one below ", archs.columns(), " expected"));
    }
    std::vector<std::size_t> order(archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        const int rest = compare_rest(archs, column, a, b);
        return rest != 0 ? rest < 0 : archs.row(a)[column] < archs.row(b)[column];
    });
    const std::vector<Costs> costs = count_costs(archs);
    std::vector<std::vector<double>> growth(
        static_cast<std::size_t>(archs.space().genes()[column].choices()));
    GeneLines found;
    for (std::size_t begin = 0; begin < order.size() && found.lines.size() < most;) {
        std::size_t end = begin + 1;
        while (end < order.size() && compare_rest(archs, column, order[begin], order[end]) == 0)
            ++end;
        const std::size_t first = order[begin];
        if (archs.row(first)[column] != archs.row(order[end - 1])[column]) {
            GeneLine& line = found.lines.emplace_back();
            for (std::size_t i = begin; i < end; ++i) {
                const std::size_t row = order[i];
                const GeneValue choice = archs.row(row)[column];
                line.choices.push_back(choice);
                line.relative.push_back(latency[row] / latency[first]);
                growth[static_cast<std::size_t>(choice)].push_back(
                    static_cast<double>(costs[row].macs) / static_cast<double>(costs[first].macs));
            }
        }
        begin = end;
    }
    for (const std::vector<double>& values : growth)
        found.expected.push_back(known_median(values));
    return found;
}

Stretches stretch_medians(std::span<const double> values, std::size_t count) {
    if (count < 1)
        throw ConfigError("stretches: at least one expected");
    const std::size_t length = std::max(values.size() / count, shortest_stretch);
    Stretches found;
    for (std::size_t begin = 0; begin < values.size(); begin += length) {
        const auto part = values.subspan(begin, std::min(length, values.size() - begin));
        found.centres.push_back(static_cast<double>(begin) + 0.5 * static_cast<double>(length));
        found.medians.push_back(known_median(part));
    }
    return found;
}

double known_median(std::span<const double> values) {
    std::vector<double> known;
    std::ranges::copy_if(values, std::back_inserter(known),
                         [](double value) { return !std::isnan(value); });
    return known.empty() ? std::numeric_limits<double>::quiet_NaN() : median(known);
}

}  // namespace latpred

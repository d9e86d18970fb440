#include "profiling/pooled_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/index.hpp"
#include "base/statistics.hpp"

namespace latpred {

RowStatistics row_statistics(std::span<const double> values, std::span<const std::size_t> rows) {
    if (rows.empty()) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        return {0, none, none, none, none, none, none, none, values.size(), values.size()};
    }
    std::vector<double> those;
    double mean = 0;
    for (const std::size_t row : rows) {
        those.push_back(values[row]);
        mean += values[row] / static_cast<double>(rows.size());
    }
    double squares = 0;
    for (const double value : those)
        squares += (value - mean) * (value - mean);
    const auto least = std::ranges::min_element(those) - those.begin();
    const auto most = std::ranges::max_element(those) - those.begin();
    return {.n = static_cast<double>(rows.size()),
            .deviation = std::sqrt(squares / static_cast<double>(rows.size())),
            .q01 = quantile(those, 0.01),
            .q05 = quantile(those, 0.05),
            .q95 = quantile(those, 0.95),
            .q99 = quantile(those, 0.99),
            .minimum = those[static_cast<std::size_t>(least)],
            .maximum = those[static_cast<std::size_t>(most)],
            .lowest = rows[static_cast<std::size_t>(least)],
            .highest = rows[static_cast<std::size_t>(most)]};
}

std::vector<std::vector<std::size_t>>
placement_rows(const PooledFactors& factors, std::span<const std::pair<int, int>> placements,
               const Architectures& archs) {
    std::vector<std::vector<std::size_t>> rows(placements.size());
    std::vector<int> states(factors.sites().size());
    for (std::size_t i = 0; i < archs.size(); ++i) {
        for (std::size_t site = 0; site < states.size(); ++site)
            states[site] = factors.state(archs.row(i), factors.factor_of_site(site));
        for (std::size_t k = 0; k < placements.size(); ++k) {
            if (states[as_index(placements[k].first)] == placements[k].second)
                rows[k].push_back(i);
        }
    }
    return rows;
}

}  // namespace latpred

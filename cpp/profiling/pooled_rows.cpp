#include "profiling/pooled_rows.hpp"

#include <limits>

#include "base/index.hpp"

namespace latpred {

Summary row_summary(std::span<const double> values, std::span<const std::size_t> rows) {
    if (rows.empty()) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        return {.count = 0,
                .mean = none,
                .standard_error = none,
                .deviation = none,
                .q01 = none,
                .q05 = none,
                .q95 = none,
                .q99 = none,
                .minimum = none,
                .maximum = none,
                .lowest = values.size(),
                .highest = values.size()};
    }
    std::vector<double> those;
    for (const std::size_t row : rows)
        those.push_back(values[row]);
    Summary found = summarise(those);
    found.lowest = rows[found.lowest];
    found.highest = rows[found.highest];
    return found;
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

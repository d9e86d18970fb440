#include "sampling/strata.hpp"

#include <algorithm>
#include <numeric>

namespace latpred {

std::vector<std::size_t> stratify(std::span<const double> values, std::size_t count, Rng& rng) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<std::size_t> chosen;
    for (std::size_t stratum = 0; stratum < count; ++stratum) {
        const std::size_t begin = stratum * order.size() / count;
        const std::size_t end = (stratum + 1) * order.size() / count;
        chosen.push_back(order[begin + rng.below(static_cast<std::uint32_t>(end - begin))]);
    }
    return chosen;
}

std::vector<double> typicality(const FeatureRows& features) {
    const FeatureRows units = unit_rows(features);
    const Eigen::RowVectorXd sum = units.colwise().sum();
    const auto others = static_cast<double>(std::max<Eigen::Index>(units.rows() - 1, 1));
    std::vector<double> values(static_cast<std::size_t>(units.rows()));
    for (Eigen::Index row = 0; row < units.rows(); ++row) {
        const double own = units.row(row).squaredNorm();
        values[static_cast<std::size_t>(row)] = (units.row(row).dot(sum) - own) / others;
    }
    return values;
}

}  // namespace latpred

#include "predictors/part_summary.hpp"

#include <algorithm>
#include <array>

#include "graphs/costs.hpp"

namespace latpred {
namespace {

constexpr double normal_975 = 1.959963984540054;  // quantile at 97.5 %
constexpr double least_share = 1e-3;  // of a latency, for predictions that are not positive
constexpr std::size_t kinds = 3;      // of costs

}  // namespace

std::vector<double> part_costs(const PartCatalogue& catalogue) {
    std::vector<double> values;
    for (const PartCatalogue::Entry& entry : catalogue.entries()) {
        const Costs costs = costs_of(entry.graph);
        values.insert(values.end(),
                      {static_cast<double>(costs.macs), static_cast<double>(costs.bytes),
                       static_cast<double>(costs.kernels)});
    }
    return values;
}

std::vector<double> expected_sizes(const PartCatalogue& catalogue) {
    const std::vector<double> costs = part_costs(catalogue);
    const std::size_t parts = costs.size() / kinds;
    std::array<double, kinds> means{};
    for (std::size_t i = 0; i < costs.size(); ++i)
        means[i % kinds] += costs[i] / static_cast<double>(parts);
    std::vector<double> sizes(parts, 0.0);
    for (std::size_t i = 0; i < costs.size(); ++i)
        sizes[i / kinds] += costs[i] / std::max(means[i % kinds], 1.0);
    return sizes;
}

std::size_t usual_networks(std::size_t parts) {
    return std::clamp<std::size_t>(parts / 2, 40, 400);
}

PartSummary summary(const PartFit& fit, const Eigen::MatrixXd& counts,
                    std::span<const double> latency) {
    PartSummary found;
    for (Eigen::Index part = 0; part < fit.mean.size(); ++part) {
        const double half = normal_975 * fit.error[part];
        found.values.push_back({fit.mean[part], fit.mean[part] - half, fit.mean[part] + half});
        found.seen.push_back(counts.col(part).sum() > 0);
    }
    std::vector<double> left_out;
    for (std::size_t i = 0; i < latency.size(); ++i) {
        const double kept = 1.0 - fit.held_out[static_cast<Eigen::Index>(i)];
        left_out.push_back(latency[i] * std::max(kept, least_share));
    }
    found.held_out = additivity(left_out, latency);
    found.noise_percent = 100.0 * fit.noise;
    return found;
}

}  // namespace latpred

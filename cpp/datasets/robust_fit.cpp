#include "datasets/robust_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr int sweeps = 25;
constexpr double shrinkage = 2.0;              // pseudo-rows without effect in each cell
constexpr std::size_t enough_rows = 2000;      // for effects by resolution
constexpr double huber = 1.345;                // 95 % efficiency at the normal distribution
constexpr double normal_consistency = 1.4826;  // MAD -> standard deviation

/// One factor of the model: the cell of each used row.
struct Factor {
    std::vector<std::uint32_t> cells;
    std::size_t count = 0;
};

std::size_t resolution_column(const Space& space) {
    const auto& genes = space.genes();
    const auto found = std::find_if(genes.begin(), genes.end(),
                                    [](const Gene& gene) { return gene.group == "r"; });
    return static_cast<std::size_t>(found - genes.begin());
}

/// 0 for an inactive gene, else 1 + its choice.
std::size_t level_of(const Space& space, std::span<const GeneValue> row, std::size_t column) {
    return space.active(row, column) ? 1 + static_cast<std::size_t>(row[column]) : 0;
}

std::size_t active_genes(const Space& space, std::span<const GeneValue> row) {
    std::size_t count = 0;
    for (std::size_t column = 0; column < row.size(); ++column)
        count += space.active(row, column) ? 1 : 0;
    return count;
}

std::vector<Factor> factors_of(const Architectures& archs, const std::vector<std::size_t>& rows) {
    const Space& space = archs.space();
    const std::size_t columns = archs.columns();
    const std::size_t r = resolution_column(space);
    const bool resolutions = r < columns;
    const auto sizes =
        resolutions ? static_cast<std::size_t>(space.genes()[r].choices()) : std::size_t{1};
    const bool crossed = rows.size() >= enough_rows;
    std::vector<Factor> factors(columns + 1);
    for (std::size_t column = 0; column <= columns; ++column) {
        Factor& factor = factors[column];
        const bool by_size = column == columns || (crossed && column != r);
        for (std::size_t i : rows) {
            const auto row = archs.row(i);
            const std::size_t level =
                column == columns ? active_genes(space, row) : level_of(space, row, column);
            const std::size_t size =
                by_size && resolutions ? static_cast<std::size_t>(row[r]) : std::size_t{0};
            factor.cells.push_back(static_cast<std::uint32_t>(level * sizes + size));
            factor.count = std::max<std::size_t>(factor.count, factor.cells.back() + 1);
        }
    }
    return factors;
}

std::vector<double> huber_weights(std::span<const double> residuals) {
    std::vector<double> sizes(residuals.size());
    std::transform(residuals.begin(), residuals.end(), sizes.begin(),
                   [](double value) { return std::abs(value); });
    const double bound = huber * normal_consistency * median(sizes);
    for (double& size : sizes)
        size = size <= bound ? 1.0 : bound / size;
    return sizes;
}

/// Moves what the factor explains from the residuals into its effects (backfitting).
void refit(const Factor& factor, std::span<const double> weights, std::vector<double>& effects,
           std::vector<double>& residuals) {
    std::vector<double> sums(factor.count, 0.0);
    std::vector<double> totals(factor.count, shrinkage);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        const std::size_t cell = factor.cells[i];
        sums[cell] += weights[i] * (residuals[i] + effects[cell]);
        totals[cell] += weights[i];
    }
    std::vector<double> change(factor.count);
    for (std::size_t cell = 0; cell < factor.count; ++cell) {
        change[cell] = sums[cell] / totals[cell] - effects[cell];
        effects[cell] += change[cell];
    }
    for (std::size_t i = 0; i < residuals.size(); ++i)
        residuals[i] -= change[factor.cells[i]];
}

}  // namespace

std::vector<double> relative_residuals(const Architectures& archs, std::span<const double> latency,
                                       const std::vector<bool>& used) {
    std::vector<std::size_t> rows;
    std::vector<double> values;
    for (std::size_t i = 0; i < latency.size(); ++i) {
        if (!used[i])
            continue;
        rows.push_back(i);
        values.push_back(latency[i]);
    }
    std::vector<double> relative(latency.size(), std::numeric_limits<double>::quiet_NaN());
    if (rows.empty())
        return relative;
    const double centre = median(values);
    std::vector<double> residuals(values.size());
    std::transform(values.begin(), values.end(), residuals.begin(),
                   [centre](double value) { return value - centre; });
    const std::vector<Factor> factors = factors_of(archs, rows);
    std::vector<std::vector<double>> effects;
    for (const Factor& factor : factors)
        effects.emplace_back(factor.count, 0.0);
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        const std::vector<double> weights = huber_weights(residuals);
        for (std::size_t f = 0; f < factors.size(); ++f)
            refit(factors[f], weights, effects[f], residuals);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
        // Predictions near or below 0 can only come from values far outside the rest.
        const double fitted = std::max(values[k] - residuals[k], 0.05 * centre);
        relative[rows[k]] = residuals[k] / fitted;
    }
    return relative;
}

}  // namespace latpred

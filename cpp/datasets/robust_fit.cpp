#include "datasets/robust_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/monitor.hpp"
#include "base/statistics.hpp"
#include "datasets/cost_fit.hpp"

namespace latpred {
namespace {

constexpr int sweeps = 25;
constexpr std::size_t rows_for_crossing = 2000;  // for effects by resolution, without folds
constexpr std::size_t folds = 5;
// Pseudo-rows without effect in each cell.
constexpr double weak_shrinkage = 2;
constexpr std::array<double, 4> shrinkages{weak_shrinkage, 10, 50, 1e9};

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
    const bool crossed = rows.size() >= rows_for_crossing;
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

/// Moves what the factor explains from the residuals into its effects (backfitting).
void refit(const Factor& factor, double shrinkage, std::span<const double> weights,
           std::vector<double>& effects, std::vector<double>& residuals) {
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

struct Data {
    std::vector<double> latency;
    Eigen::MatrixXd costs;
    std::vector<Factor> factors;
};

/// Residuals relative to the fit of all rows, from those with `fitted` 1 instead of 0.
std::vector<double> residuals_of(const Data& data, std::span<const double> fitted,
                                 double shrinkage) {
    const std::vector<double> base = fit_costs(data.costs, data.latency, fitted);
    const double centre = median(base);
    std::vector<double> residuals(base.size());
    for (std::size_t i = 0; i < base.size(); ++i)
        residuals[i] = data.latency[i] - base[i];
    std::vector<std::vector<double>> effects;
    for (const Factor& factor : data.factors)
        effects.emplace_back(factor.count, 0.0);
    std::vector<double> relative(base.size());
    for (int sweep = 0; sweep <= sweeps; ++sweep) {
        Monitor::current().poll();
        for (std::size_t i = 0; i < base.size(); ++i) {
            // Predictions near or below 0 can only come from values far outside the rest.
            const double expected = std::max(data.latency[i] - residuals[i], 0.05 * centre);
            relative[i] = residuals[i] / expected;
        }
        if (sweep == sweeps || shrinkage >= shrinkages.back())
            break;
        std::vector<double> weights = robust_weights(relative, fitted);
        for (std::size_t i = 0; i < base.size(); ++i)
            weights[i] *= std::min(1.0, centre / base[i]);
        for (std::size_t f = 0; f < data.factors.size(); ++f)
            refit(data.factors[f], shrinkage, weights, effects[f], residuals);
    }
    return relative;
}

/// Residuals of each row from a fit without it and its fold.
std::vector<double> held_out_residuals(const Data& data, double shrinkage) {
    std::vector<double> all(data.latency.size());
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<double> fitted(all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            fitted[i] = i % folds == fold ? 0 : 1;
        const std::vector<double> residuals = residuals_of(data, fitted, shrinkage);
        for (std::size_t i = fold; i < all.size(); i += folds)
            all[i] = residuals[i];
    }
    return all;
}

/// Few rows: the shrinkage whose residuals of unseen rows spread least.
std::vector<double> best_residuals(const Data& data) {
    if (data.latency.size() >= rows_for_crossing) {
        const std::vector<double> fitted(data.latency.size(), 1.0);
        return residuals_of(data, fitted, weak_shrinkage);
    }
    std::vector<double> best;
    double least = std::numeric_limits<double>::infinity();
    for (double shrinkage : shrinkages) {
        std::vector<double> residuals = held_out_residuals(data, shrinkage);
        const double spread = median_absolute_deviation(residuals);
        if (spread < least) {
            least = spread;
            best = std::move(residuals);
        }
    }
    return best;
}

}  // namespace

std::vector<double> relative_residuals(const Architectures& archs, std::span<const double> latency,
                                       const std::vector<bool>& used) {
    std::vector<std::size_t> rows;
    Data data;
    for (std::size_t i = 0; i < latency.size(); ++i) {
        if (!used[i])
            continue;
        rows.push_back(i);
        data.latency.push_back(latency[i]);
    }
    std::vector<double> relative(latency.size(), std::numeric_limits<double>::quiet_NaN());
    if (rows.empty())
        return relative;
    data.costs = cost_columns(archs, rows);
    data.factors = factors_of(archs, rows);
    const std::vector<double> residuals = best_residuals(data);
    for (std::size_t k = 0; k < rows.size(); ++k)
        relative[rows[k]] = residuals[k];
    return relative;
}

}  // namespace latpred

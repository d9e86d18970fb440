#include "predictors/interactions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/interaction_tables.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

using RowList = std::vector<std::size_t>;
using Matrix = FeatureMatrix;

constexpr std::size_t folds = 3;
constexpr std::size_t least_networks = 60;
constexpr double least_gain = 0.005;
constexpr double nothing_missed = 1e-6;                        // of the mean: nothing is missed
constexpr double clip = 2.2;                                   // in median absolute residuals
constexpr std::array<double, 5> strengths{1, 3, 10, 30, 100};  // in rows

/// Weights of least squares plus strength * |weights|^2, by conjugate gradients.
Eigen::VectorXd solve_ridge(const Matrix& x, const Eigen::VectorXd& y, double strength,
                            Monitor& monitor) {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(x.cols());
    Eigen::VectorXd residual = x.transpose() * y;
    Eigen::VectorXd direction = residual;
    double length = residual.squaredNorm();
    const double enough = 1e-16 * length;
    for (int step = 0; step < 500 && length > enough; ++step) {
        monitor.poll();
        const Eigen::VectorXd along = x * direction;
        const Eigen::VectorXd image = x.transpose() * along + strength * direction;
        const double rate = length / direction.dot(image);
        weights += rate * direction;
        residual -= rate * image;
        const double next = residual.squaredNorm();
        direction = residual + next / length * direction;
        length = next;
    }
    return weights;
}

Eigen::VectorXd clipped(const Eigen::VectorXd& residuals) {
    const std::vector<double> sizes(residuals.begin(), residuals.end());
    const double limit = clip * median_absolute_deviation(sizes);
    return residuals.cwiseMax(-limit).cwiseMin(limit);
}

Eigen::VectorXd residuals_of(const Space& space, const std::vector<TableTerm>& terms,
                             const Architectures& archs, std::span<const double> values) {
    Eigen::VectorXd found(static_cast<Eigen::Index>(values.size()));
    const std::span<double> predicted(found.data(), values.size());
    BlockTable(space, terms).evaluate(archs.genes(), predicted);
    for (std::size_t i = 0; i < values.size(); ++i)
        predicted[i] = values[i] - predicted[i];
    return found;
}

/// A part of the rows for validation, and what a model of the other rows leaves of both.
struct Fold {
    RowList train;
    RowList held_out;
    Eigen::VectorXd train_residuals;
    Eigen::VectorXd residuals;
};

std::vector<double> rows_of(std::span<const double> values, const RowList& rows) {
    std::vector<double> chosen;
    for (std::size_t row : rows)
        chosen.push_back(values[row]);
    return chosen;
}

Matrix rows_of(const Matrix& x, const RowList& rows) {
    std::vector<Eigen::Triplet<double>> entries;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (Matrix::InnerIterator cell(x, static_cast<Eigen::Index>(rows[i])); cell; ++cell)
            entries.emplace_back(static_cast<int>(i), static_cast<int>(cell.col()), cell.value());
    }
    Matrix part(static_cast<Eigen::Index>(rows.size()), x.cols());
    part.setFromTriplets(entries.begin(), entries.end());
    return part;
}

std::vector<Fold> make_folds(const Architectures& archs, std::span<const double> values,
                             const AdditiveOptions& options, Monitor& monitor) {
    const RowList starts = network_starts(archs);
    RowList order(starts.size() - 1);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(0, "interactions").shuffle(std::span(order));
    std::vector<Fold> made(folds);
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t row = starts[order[i]]; row < starts[order[i] + 1]; ++row) {
            for (std::size_t k = 0; k < folds; ++k)
                (i % folds == k ? made[k].held_out : made[k].train).push_back(row);
        }
    }
    for (Fold& fold : made) {
        const Architectures train = archs.select(fold.train);
        const std::vector<double> known = rows_of(values, fold.train);
        const std::vector<TableTerm> terms = fit_additive(train, known, options, monitor).terms;
        fold.train_residuals = residuals_of(archs.space(), terms, train, known);
        fold.residuals = residuals_of(archs.space(), terms, archs.select(fold.held_out),
                                      rows_of(values, fold.held_out));
    }
    return made;
}

double error_of(const std::vector<Fold>& parts, std::size_t rows) {
    double sum = 0;
    for (const Fold& fold : parts)
        sum += fold.residuals.cwiseAbs().sum();
    return sum / static_cast<double>(rows);
}

/// A group with the shrinkage of least error, and what it leaves in each fold.
struct Trial {
    double strength = 0;
    double error = 0;
    std::vector<Fold> left;
};

Trial try_group(const std::vector<Fold>& parts, const Matrix& x, Monitor& monitor) {
    std::vector<std::pair<Matrix, Matrix>> features;
    for (const Fold& fold : parts)
        features.emplace_back(rows_of(x, fold.train), rows_of(x, fold.held_out));
    Trial best;
    for (double strength : strengths) {
        std::vector<Fold> left = parts;
        for (std::size_t k = 0; k < folds; ++k) {
            const auto& [train, held_out] = features[k];
            const Eigen::VectorXd weights =
                solve_ridge(train, clipped(parts[k].train_residuals), strength, monitor);
            left[k].train_residuals -= train * weights;
            left[k].residuals -= held_out * weights;
        }
        const double error = error_of(left, static_cast<std::size_t>(x.rows()));
        if (best.strength == 0 || error < best.error)
            best = {strength, error, std::move(left)};
    }
    return best;
}

/// ConfigError for an unknown group.
void check_groups(const std::vector<std::string>& groups) {
    const std::vector<std::string> known = interaction_groups();
    for (const std::string& group : groups) {
        if (std::find(known.begin(), known.end(), group) == known.end())
            throw ConfigError(message("interactions: no group '", excerpt(group),
                                      "'; known: ", join(known), ", or 'auto' alone",
                                      did_you_mean(group, known)));
    }
}

/// The groups one after the other, the best first; where they are to be chosen, while they help.
void add_groups(const BlockLayout& layout, const TrainingRows& rows, const AdditiveFit& base,
                bool choose, std::vector<std::string> open, std::vector<Fold>& parts,
                InteractionFit& fit, Monitor& monitor) {
    const Architectures& archs = rows.archs;
    Eigen::VectorXd left = residuals_of(archs.space(), base.terms, archs, rows.values);
    while (!open.empty()) {
        Trial best;
        std::size_t which = open.size();
        for (std::size_t i = 0; i < open.size(); ++i) {
            const Matrix x = interaction_matrix(layout, interactions_of(layout, open[i]), archs);
            if (x.cols() == 0)
                continue;
            Trial trial = try_group(parts, x, monitor);
            if (which == open.size() || trial.error < best.error) {
                best = std::move(trial);
                which = i;
            }
        }
        if (which == open.size() || (choose && best.error > (1 - least_gain) * fit.error_with))
            break;
        const std::vector<Interaction> interactions = interactions_of(layout, open[which]);
        const Matrix x = interaction_matrix(layout, interactions, archs);
        const Eigen::VectorXd weights = solve_ridge(x, clipped(left), best.strength, monitor);
        left -= x * weights;
        for (TableTerm& term : interaction_terms(layout, interactions, weights))
            fit.terms.push_back(std::move(term));
        parts = std::move(best.left);
        fit.error_with = best.error;
        fit.chosen.push_back(open[which]);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    }
}

}  // namespace

std::vector<std::string> interaction_groups() {
    return {"depths", "depths-settings", "neighbours"};
}

InteractionFit fit_interactions(const Architectures& archs, std::span<const double> values,
                                const AdditiveOptions& options, const AdditiveFit& base,
                                const std::vector<std::string>& groups, Monitor& monitor) {
    const bool choose = groups == std::vector<std::string>{"auto"};
    check_groups(choose ? interaction_groups() : groups);
    InteractionFit fit;
    if (groups.empty())
        return fit;
    const TrainingRows rows = canonical_rows(archs, values);
    if (network_starts(rows.archs).size() <= least_networks)
        return fit;
    const BlockLayout layout(archs.space(), options.ignore);
    std::vector<Fold> parts = make_folds(rows.archs, rows.values, options, monitor);
    fit.error_without = fit.error_with = error_of(parts, rows.archs.size());
    if (choose && fit.error_with <= nothing_missed * median(rows.values))
        return fit;
    add_groups(layout, rows, base, choose, choose ? interaction_groups() : groups, parts, fit,
               monitor);
    return fit;
}

}  // namespace latpred

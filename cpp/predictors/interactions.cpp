#include "predictors/interactions.hpp"

#include <Eigen/SparseCore>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/block_layout.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

using Rows = std::vector<std::size_t>;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

constexpr std::size_t folds = 3;
constexpr std::size_t least_rows = 60;
constexpr int most_choices = 4096;
constexpr double least_gain = 0.005;
constexpr double exact = 1e-6;                                 // of the mean: nothing is missed
constexpr double clip = 2.2;                                   // in median absolute residuals
constexpr std::array<double, 5> strengths{1, 3, 10, 30, 100};  // in rows

/// One table: weights by joint choice of `columns`, where the gate is open.
struct Interaction {
    std::vector<int> columns;
    int gate = -1;
    GeneValue gate_from = 0;
    int choices = 1;
};

void add_if_small(const BlockLayout& layout, Interaction found,
                  std::vector<Interaction>& interactions) {
    for (int column : found.columns) {
        found.choices *= layout.choices_of(column);
        if (found.choices > most_choices)
            return;
    }
    interactions.push_back(std::move(found));
}

std::vector<Interaction> interactions_of(const BlockLayout& layout, const std::string& group) {
    std::vector<Interaction> found;
    Interaction depths{.columns = layout.depth_columns()};
    if (group == "depths" && depths.columns.size() > 1)
        add_if_small(layout, depths, found);
    const std::vector<int>& settings = layout.setting_columns();
    if (group == "depths-settings" && depths.columns.size() > 1 && !settings.empty()) {
        depths.columns.insert(depths.columns.end(), settings.begin(), settings.end());
        add_if_small(layout, depths, found);
    }
    const std::vector<BlockSlot>& slots = layout.slots();
    for (std::size_t i = 0; group == "neighbours" && i + 1 < slots.size(); ++i) {
        const BlockSlot& next = slots[i + 1];
        if (slots[i].unit != next.unit || slots[i].columns.empty() || next.columns.empty())
            continue;
        Interaction both{slots[i].columns, next.gate, next.gate_from};
        both.columns.insert(both.columns.end(), next.columns.begin(), next.columns.end());
        add_if_small(layout, std::move(both), found);
    }
    return found;
}

Matrix matrix_of(const BlockLayout& layout, const std::vector<Interaction>& interactions,
                 const Architectures& archs) {
    std::vector<Eigen::Triplet<double>> entries;
    int offset = 0;
    for (const Interaction& interaction : interactions) {
        for (std::size_t i = 0; i < archs.size(); ++i) {
            const auto row = archs.row(i);
            if (interaction.gate >= 0 &&
                row[static_cast<std::size_t>(interaction.gate)] < interaction.gate_from)
                continue;
            int choice = 0;
            for (int column : interaction.columns)
                choice = choice * layout.choices_of(column) + row[static_cast<std::size_t>(column)];
            entries.emplace_back(static_cast<int>(i), offset + choice, 1.0);
        }
        offset += interaction.choices;
    }
    Matrix matrix(static_cast<Eigen::Index>(archs.size()), offset);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

/// Weights of least squares plus strength * |weights|^2, by conjugate gradients.
Eigen::VectorXd solve(const Matrix& x, const Eigen::VectorXd& y, double strength) {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(x.cols());
    Eigen::VectorXd residual = x.transpose() * y;
    Eigen::VectorXd direction = residual;
    double length = residual.squaredNorm();
    const double enough = 1e-16 * length;
    for (int step = 0; step < 500 && length > enough; ++step) {
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
    Rows train;
    Rows held_out;
    Eigen::VectorXd train_residuals;
    Eigen::VectorXd residuals;
};

std::vector<double> at(std::span<const double> values, const Rows& rows) {
    std::vector<double> chosen;
    for (std::size_t row : rows)
        chosen.push_back(values[row]);
    return chosen;
}

Matrix at(const Matrix& x, const Rows& rows) {
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
                             const AdditiveOptions& options) {
    const Rows starts = network_starts(archs);
    Rows order(starts.size() - 1);
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
        const std::vector<double> known = at(values, fold.train);
        const std::vector<TableTerm> terms = fit_additive(train, known, options).terms;
        fold.train_residuals = residuals_of(archs.space(), terms, train, known);
        fold.residuals = residuals_of(archs.space(), terms, archs.select(fold.held_out),
                                      at(values, fold.held_out));
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

Trial try_group(const std::vector<Fold>& parts, const Matrix& x) {
    std::vector<std::pair<Matrix, Matrix>> features;
    for (const Fold& fold : parts)
        features.emplace_back(at(x, fold.train), at(x, fold.held_out));
    Trial best;
    for (double strength : strengths) {
        std::vector<Fold> left = parts;
        for (std::size_t k = 0; k < folds; ++k) {
            const auto& [train, held_out] = features[k];
            const Eigen::VectorXd weights =
                solve(train, clipped(parts[k].train_residuals), strength);
            left[k].train_residuals -= train * weights;
            left[k].residuals -= held_out * weights;
        }
        const double error = error_of(left, static_cast<std::size_t>(x.rows()));
        if (best.strength == 0 || error < best.error)
            best = {strength, error, std::move(left)};
    }
    return best;
}

std::vector<TableTerm> terms_of(const BlockLayout& layout,
                                const std::vector<Interaction>& interactions,
                                const Eigen::VectorXd& weights) {
    std::vector<TableTerm> terms;
    Eigen::Index offset = 0;
    for (const Interaction& interaction : interactions) {
        TableTerm term{interaction.columns, {}};
        const bool gated = interaction.gate >= 0;
        if (gated)
            term.columns.push_back(interaction.gate);
        const int levels = gated ? layout.choices_of(interaction.gate) : 1;
        for (int choice = 0; choice < interaction.choices; ++choice) {
            for (int level = 0; level < levels; ++level) {
                const bool open = !gated || level >= interaction.gate_from;
                term.values.push_back(open ? weights[offset + choice] : 0.0);
            }
        }
        offset += interaction.choices;
        terms.push_back(std::move(term));
    }
    return terms;
}

}  // namespace

std::vector<std::string> interaction_groups() {
    return {"depths", "depths-settings", "neighbours"};
}

InteractionFit fit_interactions(const Architectures& given_archs,
                                std::span<const double> given_values,
                                const AdditiveOptions& options, const AdditiveFit& base,
                                const std::vector<std::string>& groups) {
    const std::vector<std::string> known = interaction_groups();
    const bool choose = groups == std::vector<std::string>{"auto"};
    std::vector<std::string> open = choose ? known : groups;
    for (const std::string& group : open) {
        if (std::find(known.begin(), known.end(), group) == known.end())
            throw ConfigError(message("interactions: no group '", group, "'; known: ", join(known),
                                      ", or 'auto' alone"));
    }
    InteractionFit fit;
    if (open.empty())
        return fit;
    const TrainingRows rows = canonical_rows(given_archs, given_values);
    const Architectures& archs = rows.archs;
    const std::vector<double>& values = rows.values;
    if (network_starts(archs).size() <= least_rows)
        return fit;
    const BlockLayout layout(archs.space(), options.ignore, options.share_slots);
    std::vector<Fold> parts = make_folds(archs, values, options);
    Eigen::VectorXd left = residuals_of(archs.space(), base.terms, archs, values);
    fit.error_without = fit.error_with = error_of(parts, archs.size());
    if (choose && fit.error_with <= exact * median(values))
        return fit;
    while (!open.empty()) {
        Trial best;
        std::size_t which = open.size();
        for (std::size_t i = 0; i < open.size(); ++i) {
            const Matrix x = matrix_of(layout, interactions_of(layout, open[i]), archs);
            if (x.cols() == 0)
                continue;
            Trial trial = try_group(parts, x);
            if (which == open.size() || trial.error < best.error) {
                best = std::move(trial);
                which = i;
            }
        }
        if (which == open.size() || (choose && best.error > (1 - least_gain) * fit.error_with))
            break;
        const std::vector<Interaction> interactions = interactions_of(layout, open[which]);
        const Matrix x = matrix_of(layout, interactions, archs);
        const Eigen::VectorXd weights = solve(x, clipped(left), best.strength);
        left -= x * weights;
        for (TableTerm& term : terms_of(layout, interactions, weights))
            fit.terms.push_back(std::move(term));
        parts = std::move(best.left);
        fit.error_with = best.error;
        fit.chosen.push_back(open[which]);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    }
    return fit;
}

}  // namespace latpred

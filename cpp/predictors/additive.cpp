#include "predictors/additive.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/additive_prior.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/least_squares.hpp"
#include "predictors/sparse_ridge.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/variance_components.hpp"
#include "spaces/place_map.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int robust_rounds = 40;
constexpr double exact = 1e-7;      ///< residuals below this are rounding, not outliers
constexpr double noiseless = 1e-4;  ///< residuals below this call for what shrinkage took away
constexpr int exact_rounds = 12;
constexpr double contradicted = 0.1;  ///< share of the residuals that tables of their own explain
constexpr std::int64_t most_cells = 65536;
constexpr Index most_dense = 800;  ///< rows or features of dense matrices

void check_options(const AdditiveOptions& options) {
    if (!(options.huber > 0) || !(options.ridge >= 0) || options.evidence_rows < 8) {
        throw ConfigError(message("additive: huber ", options.huber, ", ridge ", options.ridge,
                                  ", evidence_rows ", options.evidence_rows,
                                  "; huber > 0, ridge >= 0, evidence_rows >= 8 expected"));
    }
}

/// One fit with one layout.
struct Problem {
    const TrainingRows& rows;
    const AdditiveOptions& options;
    Monitor& monitor;
    BlockLayout layout;
    FeatureMatrix x;
    double mean = 1;
    VectorXd y;  ///< in units of it

    Problem(const TrainingRows& given, const AdditiveOptions& settings, Sharing sharing,
            Monitor& watch)
        : rows(given), options(settings), monitor(watch),
          layout(given.archs.space(), settings.ignore, sharing),
          x(feature_matrix(layout, given.archs)),
          y(Eigen::Map<const VectorXd>(given.values.data(),
                                       static_cast<Index>(given.values.size()))) {
        mean = y.mean();
        y /= mean;
    }
};

struct Solution {
    VectorXd weights;  ///< of features, at mean 1
    VectorXd trust;    ///< of rows
    double ridge = 0;
    double noise = 0;
    std::vector<std::string> layers;
    std::vector<double> layer_shares;
};

VarianceComponents learn_variances(const Problem& problem,
                                   const std::vector<PriorComponent>& components) {
    const std::vector<std::size_t> kept =
        thinned(problem.rows.archs, static_cast<std::size_t>(problem.options.evidence_rows));
    const FeatureMatrix chosen = feature_matrix(problem.layout, problem.rows.archs.select(kept));
    VectorXd values(static_cast<Index>(kept.size()));
    for (std::size_t i = 0; i < kept.size(); ++i)
        values[static_cast<Index>(i)] = problem.y[static_cast<Index>(kept[i])];
    std::vector<MatrixXd> kernels;
    for (const PriorComponent& component : components) {
        const FeatureMatrix z = chosen * component.map;
        kernels.emplace_back(FeatureMatrix(z * FeatureMatrix(z.transpose())));
        problem.monitor.poll();
    }
    return variance_components(kernels, values, values,
                               {.huber = problem.options.robust ? problem.options.huber : 0.0},
                               problem.monitor);
}

/// Huber's M-estimate by modified residuals (Huber 1981, section 7.8): each round fits the values
/// with what is beyond the corner cut off, by the same decomposition.
VectorXd solve_robustly(const Problem& problem, const RidgeSolver& solver, double lambda,
                        VectorXd& trust) {
    const VectorXd roots = problem.y.cwiseSqrt().cwiseInverse();
    trust = VectorXd::Ones(problem.y.size());
    VectorXd weights = solver.solve(lambda, problem.y);
    VectorXd first = weights;
    const double bound = 2 * (problem.y - problem.x * first).lpNorm<1>();
    for (int round = 0; problem.options.robust && round < robust_rounds; ++round) {
        problem.monitor.poll();
        const VectorXd fitted = problem.x * weights;
        const VectorXd residuals = problem.y - fitted;
        if (residuals.lpNorm<Eigen::Infinity>() < noiseless)
            break;  // no outlier among them
        if (!(residuals.lpNorm<1>() <= bound))
            return first;  // rounding of a singular problem carries the rounds away
        const VectorXd next =
            huber_weights(residuals.cwiseProduct(roots), problem.options.huber, exact);
        const bool settled = (next - trust).cwiseAbs().maxCoeff() < 0.005;
        trust = next;
        if (settled)
            break;
        weights = solver.solve(lambda, fitted + trust.cwiseProduct(residuals));
    }
    return weights;
}

/// Without noise there is nothing to shrink for: what the ridge took away is fitted again, within
/// the prior first (iterated Tikhonov regularisation), then to rounding.
void polish(const Problem& problem, const RidgeSolver& solver, double lambda, VectorXd& weights) {
    VectorXd residuals = problem.y - problem.x * weights;
    double size = residuals.lpNorm<Eigen::Infinity>();
    const auto improves = [&](const VectorXd& change) {
        const VectorXd next = residuals - problem.x * change;
        const double rest = next.lpNorm<Eigen::Infinity>();
        if (!(rest < 0.9 * size))
            return false;
        weights += change;
        residuals = next;
        size = rest;
        return true;
    };
    if (!(size < noiseless))
        return;
    for (int round = 0; round < exact_rounds; ++round) {
        problem.monitor.poll();
        if (!improves(solver.solve(lambda, residuals)))
            break;
    }
    for (int round = 0; round < exact_rounds; ++round) {
        if (!improves(least_squares_change(problem.x, residuals, problem.monitor)))
            break;
    }
}

std::unique_ptr<RidgeSolver> solver_of(const Problem& problem, const PriorMap& factor) {
    const VectorXd precision = problem.y.cwiseInverse();
    if (std::min(problem.x.rows(), problem.x.cols()) <= most_dense)
        return std::make_unique<DenseRidge>(problem.x, factor, precision, problem.monitor);
    return std::make_unique<SparseRidge>(problem.x, factor, precision, problem.monitor);
}

Solution solve(const Problem& problem) {
    const AdditiveOptions& options = problem.options;
    const std::vector<PriorComponent> components =
        prior_components(problem.layout, scaling_rows(problem.rows.archs, problem.layout));
    const VarianceComponents learnt = learn_variances(problem, components);
    problem.monitor.poll();
    const PriorMap factor = prior_factor(components, learnt.variances);
    const std::unique_ptr<RidgeSolver> solver = solver_of(problem, factor);

    Solution found;
    const bool validate = options.ridge == 0 && problem.x.rows() > options.evidence_rows;
    found.ridge = options.ridge > 0 ? options.ridge : learnt.noise;
    if (validate) {
        const double validated = solver->choose(problem.y);
        found.ridge = options.robust ? std::min(found.ridge, validated) : validated;
    }
    found.weights = solve_robustly(problem, *solver, found.ridge, found.trust);
    if (validate && options.robust) {
        // Again on values with clipped residuals, or outliers pass for noise that asks for
        // shrinkage.
        const VectorXd fitted = problem.x * found.weights;
        const VectorXd clipped = fitted + found.trust.cwiseProduct(problem.y - fitted);
        found.ridge = solver->choose(clipped);
        found.weights = solve_robustly(problem, *solver, found.ridge, found.trust);
    }
    polish(problem, *solver, found.ridge, found.weights);
    found.noise = std::sqrt(learnt.noise);
    for (std::size_t i = 0; i < components.size(); ++i) {
        found.layers.push_back(components[i].name);
        found.layer_shares.push_back(std::sqrt(learnt.variances[static_cast<Index>(i)]));
    }
    return found;
}

/// The share of the residuals' squares that means of groups of rows explain, beyond what as many
/// free numbers explain by chance.
class Explained {
  public:
    explicit Explained(const VectorXd& residuals) : residuals_(residuals) {}

    /// One more grouping of the rows: by joint choice of `columns`.
    void add(const Architectures& archs, const BlockLayout& layout,
             const std::vector<int>& columns) {
        std::unordered_map<int, std::pair<double, double>> sums;  // and numbers of rows
        std::int64_t choices = 1;
        for (int column : columns)
            choices = std::min<std::int64_t>(choices * layout.choices_of(column), most_cells);
        if (choices == 1 || choices == most_cells)
            return;
        for (std::size_t i = 0; i < archs.size(); ++i) {
            auto& [sum, rows] = sums[layout.joint(archs.row(i), columns)];
            sum += residuals_[static_cast<Index>(i)];
            rows += 1;
        }
        for (const auto& [cell, of_cell] : sums)
            explained_ += of_cell.first * of_cell.first / of_cell.second;
        numbers_ += static_cast<double>(sums.size());
    }
    [[nodiscard]] double share() const {
        const auto rows = static_cast<double>(residuals_.size());
        const double total = residuals_.squaredNorm();
        if (2 * numbers_ > rows || !(total > 0))
            return 0;
        return explained_ / total - numbers_ / rows;
    }

  private:
    const VectorXd& residuals_;
    double explained_ = 0;
    double numbers_ = 0;
};

const std::string& group_of(const Problem& problem, int column) {
    return problem.rows.archs.space().genes()[static_cast<std::size_t>(column)].group;
}

/// Whether tables of each place, over all of its genes, explain much of what shared ones leave.
bool rows_tell_places_apart(const Problem& problem, const Solution& found) {
    const VectorXd left = (problem.y - problem.x * found.weights)
                              .cwiseProduct(found.trust)
                              .cwiseQuotient(problem.y.cwiseSqrt());
    if (left.cwiseAbs().maxCoeff() < exact)
        return false;
    const BlockLayout& layout = problem.layout;
    Explained alone(left);
    Explained by_setting(left);
    for (const Place& place : problem.rows.archs.space().places().places()) {
        std::vector<int> columns;
        for (int column : place.columns) {
            if (std::ranges::count(problem.options.ignore, group_of(problem, column)) == 0)
                columns.push_back(column);
        }
        alone.add(problem.rows.archs, layout, columns);
        columns.insert(columns.end(), layout.setting_columns().begin(),
                       layout.setting_columns().end());
        by_setting.add(problem.rows.archs, layout, columns);
    }
    return std::max(alone.share(), by_setting.share()) > contradicted;
}

}  // namespace

AdditiveFit fit_additive(const Architectures& archs, std::span<const double> values,
                         const AdditiveOptions& options, Monitor& monitor) {
    check_options(options);
    const TrainingRows rows = canonical_rows(archs, values);
    const Sharing sharing = options.share_slots ? Sharing::tables : Sharing::nothing;
    auto problem = std::make_unique<Problem>(rows, options, sharing, monitor);
    Solution found = solve(*problem);
    if (rows_tell_places_apart(*problem, found)) {
        problem = std::make_unique<Problem>(rows, options, Sharing::beliefs, monitor);
        found = solve(*problem);
    }
    found.weights *= problem->mean;
    AdditiveFit fit;
    fit.terms =
        layout_terms(problem->layout, std::span(found.weights.data(),
                                                static_cast<std::size_t>(found.weights.size())));
    fit.ridge = found.ridge;
    fit.noise = found.noise;
    fit.layers = std::move(found.layers);
    fit.layer_shares = std::move(found.layer_shares);
    for (const std::size_t place : rows.places)
        fit.row_weights.push_back(found.trust[static_cast<Index>(place)]);
    return fit;
}

}  // namespace latpred

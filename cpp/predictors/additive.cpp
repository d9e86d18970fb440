#include "predictors/additive.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/additive_prior.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/ridge.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr int robust_rounds = 12;
constexpr double exact = 1e-7;  ///< residuals below this are rounding, not outliers

void check_options(const AdditiveOptions& options) {
    if (!(options.huber > 0) || !(options.ridge >= 0) || options.evidence_rows < 8) {
        throw ConfigError(message("additive: huber ", options.huber, ", ridge ", options.ridge,
                                  ", evidence_rows ", options.evidence_rows,
                                  "; huber > 0, ridge >= 0, evidence_rows >= 8 expected"));
    }
}

VarianceComponents learn_variances(const Architectures& archs, const FeatureMatrix& x,
                                   const Eigen::VectorXd& y,
                                   const std::vector<PriorComponent>& components,
                                   const AdditiveOptions& options) {
    const std::vector<std::size_t> kept =
        thinned(archs, static_cast<std::size_t>(options.evidence_rows));
    const auto rows = static_cast<Eigen::Index>(kept.size());
    Eigen::MatrixXd chosen(rows, x.cols());
    Eigen::VectorXd values(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const auto row = static_cast<Eigen::Index>(kept[static_cast<std::size_t>(i)]);
        chosen.row(i) = x.row(row);
        values[i] = y[row];
    }
    std::vector<Eigen::MatrixXd> kernels;
    for (const PriorComponent& component : components) {
        const Eigen::MatrixXd z = chosen * component.map;
        kernels.emplace_back(z * z.transpose());
    }
    return variance_components(kernels, values, values,
                               {.huber = options.robust ? options.huber : 0.0});
}

/// Iteratively re-weighted: the weights of the rows follow from the residuals.
Eigen::VectorXd fit_robustly(const StructuredRidge& ridge, const FeatureMatrix& x,
                             const Eigen::VectorXd& y, double lambda,
                             const AdditiveOptions& options, Eigen::VectorXd& weights) {
    const Eigen::VectorXd base = y.cwiseInverse();
    Eigen::VectorXd solution = ridge.solve(lambda, base.cwiseProduct(weights));
    for (int round = 1; options.robust && round < robust_rounds; ++round) {
        const Eigen::VectorXd residuals = (y - x * solution).cwiseProduct(base.cwiseSqrt());
        const Eigen::VectorXd next = huber_weights(residuals, options.huber, exact);
        const bool settled = (next - weights).cwiseAbs().maxCoeff() < 0.01;
        weights = next;
        if (settled)
            break;
        solution = ridge.solve(lambda, base.cwiseProduct(weights));
    }
    return solution;
}

}  // namespace

AdditiveFit fit_additive(const Architectures& given_archs, std::span<const double> given_values,
                         const AdditiveOptions& options) {
    check_options(options);
    const TrainingRows rows = canonical_rows(given_archs, given_values);
    const Architectures& archs = rows.archs;
    const std::vector<double>& values = rows.values;
    const BlockLayout layout(archs.space(), options.ignore, options.share_slots);
    const FeatureMatrix x = feature_matrix(layout, archs);
    Eigen::VectorXd y =
        Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    const double mean = y.mean();
    y /= mean;
    const std::vector<PriorComponent> components =
        prior_components(archs.space(), layout, scaling_rows(archs, layout));
    const VarianceComponents learnt = learn_variances(archs, x, y, components, options);
    const Eigen::MatrixXd covariance = prior_covariance(components, learnt.variances);
    const StructuredRidge ridge(x, covariance, y);

    AdditiveFit fit;
    const Eigen::VectorXd precision = y.cwiseInverse();
    const bool validate = options.ridge == 0 && x.rows() > options.evidence_rows;
    fit.ridge = options.ridge > 0 ? options.ridge : learnt.noise;
    if (validate) {
        const double validated = ridge.cross_validate(y, precision).lambda;
        fit.ridge = options.robust ? std::min(fit.ridge, validated) : validated;
    }
    fit.noise = std::sqrt(learnt.noise);
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(y.size());
    Eigen::VectorXd solution = fit_robustly(ridge, x, y, fit.ridge, options, weights);
    if (validate && options.robust) {
        // Again on values with clipped residuals, or outliers pass for noise that asks for
        // shrinkage.
        const Eigen::VectorXd fitted = x * solution;
        const Eigen::VectorXd clipped = fitted + weights.cwiseProduct(y - fitted);
        fit.ridge = ridge.cross_validate(clipped, precision).lambda;
        solution = fit_robustly(ridge, x, y, fit.ridge, options, weights);
    }
    solution *= mean;
    fit.terms =
        layout_terms(layout, std::span(solution.data(), static_cast<std::size_t>(solution.size())));
    for (const std::size_t place : rows.places)
        fit.row_weights.push_back(weights[static_cast<Eigen::Index>(place)]);
    for (std::size_t i = 0; i < components.size(); ++i) {
        fit.layers.push_back(components[i].name);
        fit.layer_shares.push_back(std::sqrt(learnt.variances[static_cast<Eigen::Index>(i)]));
    }
    return fit;
}

}  // namespace latpred

#include "profiling/variance_forms.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "base/dense.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

using Columns = std::vector<PooledColumn>;

Columns of_unit(const PooledFactors& factors, const Columns& columns, int unit) {
    Columns found;
    std::ranges::copy_if(columns, std::back_inserter(found), [&](const PooledColumn& column) {
        return factors.factors()[column.factor].unit == unit;
    });
    return found;
}

struct Step {
    std::string name;
    Columns columns;  ///< of this step and all before it
};

/// Settings, depths and genes by group, joint blocks: each with all before it.
std::vector<Step> ladder(const PooledFactors& factors) {
    const auto unlike_settings = [](const PooledFactor& factor) { return of_a_unit(factor); };
    std::vector<Step> steps;
    if (!std::ranges::all_of(factors.factors(), unlike_settings))
        steps.push_back({"settings", gene_columns(factors, {})});
    std::vector<std::string> known;
    std::set<std::string> of_sites;
    for (const Site& site : factors.sites()) {
        for (const int column : site.columns)
            of_sites.insert(factors.space().genes()[as_index(column)].group);
    }
    std::vector<std::string> joint;
    for (const std::string& group : gene_groups(factors)) {
        known.push_back(group);
        steps.push_back({group, gene_columns(factors, known)});
        if (of_sites.contains(group))
            joint.push_back(group);
    }
    if (joint.size() > 1)
        steps.push_back({join(joint, " x "), block_columns(factors)});
    return steps;
}

/// What each step adds, of the columns that `choose` takes.
void add_steps(const PooledDesign& design, const std::vector<Step>& steps,
               const std::function<Columns(const Columns&)>& choose, const std::string& prefix,
               std::vector<VarianceForm>& forms) {
    MatrixXd before = MatrixXd::Zero(design.terms(), design.terms());
    for (const Step& step : steps) {
        const MatrixXd now = explained_form(design, choose(step.columns));
        forms.push_back({prefix + step.name, prefix.empty() ? "factor" : "unit x factor",
                         MatrixXd(now - before)});
        before = now;
    }
}

}  // namespace

MatrixXd column_covariance(const PooledDesign& design) {
    const VectorXd means = design.gram().col(0);
    return design.gram() - means * means.transpose();
}

MatrixXd explained_form(const PooledDesign& design, const Columns& part) {
    const PooledDesign smaller(design.factors(), design.shared_moments(), part);
    MatrixXd together = smaller.products(design);
    const VectorXd means = design.gram().col(0);
    const Cholesky factor = positive_factor(smaller.gram());
    factor.solve_lower(together);
    return gram(together.transpose()) - means * means.transpose();
}

std::vector<VarianceForm> variance_forms(const PooledDesign& design) {
    const PooledFactors& factors = design.factors();
    const MatrixXd covariance = column_covariance(design);
    std::vector<VarianceForm> forms;
    std::set<int> units;
    for (const PooledFactor& factor : factors.factors()) {
        if (factor.unit >= 0)
            units.insert(factor.unit);
    }
    for (const int unit : units) {
        VectorXd of_it = VectorXd::Zero(design.terms());
        for (Index p = 1; p < design.terms(); ++p)
            of_it(p) = factors.factors()[design.column(p).factor].unit == unit ? 1 : 0;
        forms.push_back({message("u", unit), "unit",
                         MatrixXd(of_it.asDiagonal() * covariance * of_it.asDiagonal())});
    }
    const std::vector<Step> steps = ladder(factors);
    add_steps(design, steps, [](const Columns& all) { return all; }, "", forms);
    for (const int unit : units) {
        add_steps(
            design, steps, [&](const Columns& all) { return of_unit(factors, all, unit); },
            message("u", unit, " x "), forms);
    }
    std::erase_if(forms, [](const VarianceForm& form) {
        return form.kind == "unit x factor" && form.form.diagonal().maxCoeff() < 1e-12;
    });
    return forms;
}

FittedValues::FittedValues(const PooledDesign& design, const PooledFit& of, const VectorXd& y)
    : fit(&of), coefficients(of.coefficients(y)), scaled(of.scaled_residuals(y)) {
    const MatrixXd weights = of.weights(MatrixXd::Identity(of.terms(), of.terms()));
    const MatrixXd pulls = scaled.asDiagonal() * weights;
    covariance = gram(pulls.transpose(), Monitor::current());
    const auto left = static_cast<double>(std::max<Index>(of.rows() - of.terms(), 1));
    noise = of.residuals(y).squaredNorm() / left;
    squares = scaled.array().square();
    squares.array() -= squares.mean();
    const MatrixXd columns = column_covariance(design);
    along = product(columns, coefficients);
    const double spread = columns.cwiseProduct(covariance).sum();
    variance = noise + std::max(coefficients.dot(along) - spread, 0.0);
    const double rounding = 1e-12 * y.cwiseAbs().maxCoeff();
    if (variance <= rounding * rounding)
        variance = 0;
}

VarianceShare variance_share(const MatrixXd& form, const FittedValues& values) {
    if (!(values.variance > 0))
        return {0, 0};
    const VectorXd along = product(form, values.coefficients);
    const MatrixXd spread = product(form, values.covariance);
    const double share = (values.coefficients.dot(along) - spread.trace()) / values.variance;
    const VectorXd weights = values.fit->weights(along - share * values.along).col(0);
    const auto count = static_cast<double>(values.squares.size());
    const VectorXd pulls = 2 * weights.cwiseProduct(values.scaled) - share / count * values.squares;
    const double curved = 2 * spread.cwiseProduct(spread.transpose()).sum();
    return {share, std::sqrt(pulls.squaredNorm() + std::max(curved, 0.0)) / values.variance};
}

}  // namespace latpred

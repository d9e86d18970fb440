#include "kernels/physical_mean.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "kernels/non_negative.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr auto kinds = static_cast<Index>(fused_kernel_kinds);
constexpr auto terms = static_cast<Index>(kernel_terms);
constexpr double row_error = 0.1;     ///< relative, of a row to first order
constexpr double price_spread = 1.5;  ///< of the prices of a kind about the common ones
constexpr double least_share = 0.05;  ///< a price is not surer than to this share of all time
constexpr int robust_rounds = 4;
constexpr double robust_corner = 2;

/// Prior prices, and how far from them a price is expected.
struct PricePrior {
    VectorXd prices;
    VectorXd spreads;
};

/// The prices of least squares under a prior; columns of spread 0 keep theirs.
VectorXd priced(const MatrixXd& costs, const VectorXd& weights, const PricePrior& prior,
                Monitor& monitor) {
    std::vector<Index> used;
    for (Index i = 0; i < costs.cols(); ++i) {
        if (prior.spreads[i] > 0 && costs.col(i).cwiseProduct(weights).maxCoeff() > 0)
            used.push_back(i);
    }
    VectorXd prices = prior.prices;
    if (used.empty())
        return prices;
    const MatrixXd scaled = costs(Eigen::all, used) * prior.spreads(used).asDiagonal();
    VectorXd robust = weights;
    for (int round = 0; round < robust_rounds; ++round) {
        const MatrixXd weighed = robust.cwiseSqrt().asDiagonal() * scaled;
        MatrixXd g = product(weighed.transpose(), weighed, monitor);
        VectorXd b = scaled.transpose() * robust;
        const double known = row_error * row_error;
        g.diagonal().array() += known;
        b += known * prior.prices(used).cwiseQuotient(prior.spreads(used));
        const VectorXd found = non_negative_solution(g, b, monitor);
        prices(used) = found.cwiseProduct(prior.spreads(used));
        const VectorXd rest = VectorXd::Ones(costs.rows()) - scaled * found;
        std::vector<double> judged;
        for (Index i = 0; i < rest.size(); ++i) {
            if (weights[i] > 0)
                judged.push_back(rest[i]);
        }
        const double bound = robust_corner * std::max(robust_scale(judged), 0.01);
        for (Index i = 0; i < rest.size(); ++i)
            robust[i] = weights[i] * huber_weight(rest[i], bound);
    }
    return prices;
}

/// One price for each term, whatever the kind.
VectorXd common_prices(const MatrixXd& costs, const VectorXd& weights, VectorXd& alone,
                       Monitor& monitor) {
    MatrixXd common = MatrixXd::Zero(costs.rows(), terms + 1);
    for (Index kind = 0; kind < kinds; ++kind)
        common.leftCols(terms) += costs.middleCols(kind * terms, terms);
    common.col(terms) = costs.col(kinds * terms);
    const VectorXd means = common.transpose() * weights / std::max(weights.sum(), 1e-300);
    alone = means.unaryExpr([](double mean) { return mean > 0 ? 1 / mean : 0.0; });
    return priced(common, weights, {VectorXd::Zero(terms + 1), 0.3 * alone}, monitor);
}

}  // namespace

double PhysicalMean::ms(const KernelAtom& atom) const {
    double sum = 0;
    for (Index term = 0; term < terms; ++term)
        sum += prices(static_cast<Index>(atom.kind), term) *
               atom.terms[static_cast<std::size_t>(term)];
    return sum;
}

VectorXd PhysicalMean::ms(const std::vector<KernelAtom>& atoms) const {
    VectorXd found(static_cast<Index>(atoms.size()));
    for (Index i = 0; i < found.size(); ++i)
        found[i] = ms(atoms[static_cast<std::size_t>(i)]);
    return found;
}

MatrixXd relative_costs(const MeasuredNetworks& rows) {
    MatrixXd costs = MatrixXd::Zero(rows.size(), kinds * terms + 1);
    for (Index i = 0; i < rows.size(); ++i) {
        for (const AtomCount& one : rows.table.rows[static_cast<std::size_t>(i)]) {
            const KernelAtom& atom = rows.table.atoms[static_cast<std::size_t>(one.atom)];
            for (Index term = 0; term < terms; ++term)
                costs(i, static_cast<Index>(atom.kind) * terms + term) +=
                    one.count * atom.terms[static_cast<std::size_t>(term)] / rows.latency_ms[i];
        }
        costs(i, kinds * terms) = 1 / rows.latency_ms[i];
    }
    return costs;
}

PhysicalMean fit_physical_mean(const MatrixXd& costs, const VectorXd& weights, Monitor& monitor) {
    VectorXd alone;
    const VectorXd common = common_prices(costs, weights, alone, monitor);
    PricePrior prior{VectorXd(costs.cols()), VectorXd(costs.cols())};
    for (Index i = 0; i < costs.cols(); ++i) {
        const Index term = i == kinds * terms ? terms : i % terms;
        prior.prices[i] = common[term];
        prior.spreads[i] = price_spread * std::max(common[term], least_share * alone[term]);
    }
    const VectorXd prices = priced(costs, weights, prior, monitor);
    PhysicalMean mean{MatrixXd(kinds, terms), prices[kinds * terms]};
    for (Index kind = 0; kind < kinds; ++kind)
        mean.prices.row(kind) = prices.segment(kind * terms, terms).transpose();
    return mean;
}

}  // namespace latpred

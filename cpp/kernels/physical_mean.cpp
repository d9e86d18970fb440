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
constexpr double price_spread = 2;    ///< of the prices of a kind about the common ones
constexpr double least_share = 0.03;  ///< of all time: no common price is less
constexpr int robust_rounds = 5;
constexpr double robust_corner = 2;

/// Costs that have one price whatever the kind, before kinds are told apart.
enum CommonCost : std::uint8_t { launches, products, bytes, overhead };
constexpr Index common_costs = 4;

/// The common price to which that of a term is compared.
CommonCost common_cost(Index term) {
    switch (static_cast<KernelTerm>(term)) {
    case KernelTerm::launch:
    case KernelTerm::extra_ops:
    case KernelTerm::views:
        return launches;
    case KernelTerm::macs:
        return products;
    default:
        return bytes;
    }
}

/// Whether every runtime pays for a term: what is fused, and what caches do, may cost nothing.
bool always_paid(Index term) {
    return term <= static_cast<Index>(KernelTerm::written);
}

/// Prior prices, and how far from them a price is expected.
struct PricePrior {
    VectorXd prices;
    VectorXd spreads;
};

double robust_bound(const VectorXd& rest, const VectorXd& weights) {
    std::vector<double> judged;
    for (Index i = 0; i < rest.size(); ++i) {
        if (weights[i] > 0)
            judged.push_back(rest[i]);
    }
    return robust_corner * std::max(robust_scale(judged), 0.01);
}

/// The prices of least squares under a prior with heavy tails: a price that is far off after all is
/// not drawn back. Terms without rows keep the prior's.
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
    const VectorXd spreads = prior.spreads(used);
    const VectorXd centres = prior.prices(used).cwiseQuotient(spreads);
    const MatrixXd scaled = costs(Eigen::all, used) * spreads.asDiagonal();
    VectorXd robust = weights;
    VectorXd known = VectorXd::Constant(centres.size(), row_error * row_error);
    for (int round = 0; round < robust_rounds; ++round) {
        const MatrixXd weighed = robust.cwiseSqrt().asDiagonal() * scaled;
        MatrixXd g = product(weighed.transpose(), weighed, monitor);
        g.diagonal() += known;
        const VectorXd b = scaled.transpose() * robust + known.cwiseProduct(centres);
        const VectorXd found = non_negative_solution(g, b, monitor);
        prices(used) = found.cwiseProduct(spreads);
        known = row_error * row_error / (1 + (found - centres).array().square());
        const VectorXd rest = VectorXd::Ones(costs.rows()) - scaled * found;
        const double bound = robust_bound(rest, weights);
        for (Index i = 0; i < rest.size(); ++i)
            robust[i] = weights[i] * huber_weight(rest[i], bound);
    }
    return prices;
}

/// Prices of the common costs; none is less than a share of what it would be alone.
VectorXd common_prices(const MatrixXd& costs, const VectorXd& weights, Monitor& monitor) {
    MatrixXd common = MatrixXd::Zero(costs.rows(), common_costs);
    for (Index kind = 0; kind < kinds; ++kind) {
        for (Index term = 0; term < terms; ++term) {
            if (always_paid(term))
                common.col(common_cost(term)) += costs.col(kind * terms + term);
        }
    }
    common.col(overhead) = costs.col(kinds * terms);
    const VectorXd means = common.transpose() * weights / std::max(weights.sum(), 1e-300);
    const VectorXd alone = means.unaryExpr([](double mean) { return mean > 0 ? 1 / mean : 0.0; });
    const VectorXd found =
        priced(common, weights, {VectorXd::Zero(common_costs), 0.3 * alone}, monitor);
    return found.cwiseMax(least_share * alone);
}

PricePrior prior_of_kinds(const VectorXd& common) {
    PricePrior prior{VectorXd(kinds * terms + 1), VectorXd(kinds * terms + 1)};
    for (Index i = 0; i < kinds * terms; ++i) {
        const double price = common[common_cost(i % terms)];
        prior.prices[i] = always_paid(i % terms) ? price : 0;
        prior.spreads[i] = price_spread * price;
    }
    prior.prices[kinds * terms] = common[overhead];
    prior.spreads[kinds * terms] = price_spread * common[overhead];
    return prior;
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
    const PricePrior prior = prior_of_kinds(common_prices(costs, weights, monitor));
    const VectorXd prices = priced(costs, weights, prior, monitor);
    PhysicalMean mean{MatrixXd(kinds, terms), prices[kinds * terms]};
    for (Index kind = 0; kind < kinds; ++kind)
        mean.prices.row(kind) = prices.segment(kind * terms, terms).transpose();
    return mean;
}

}  // namespace latpred

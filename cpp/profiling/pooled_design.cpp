#include "profiling/pooled_design.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "base/monitor.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double new_share = 1e-9;  ///< of a column's square that no column before it explains
constexpr double networks_a_term = 1.5;
constexpr double rows_a_column = 6;

/// Sums of the columns of `matrix` over the states of each column of the design.
MatrixXd summed(const MatrixXd& matrix, const PooledFactors& factors,
                const std::vector<PooledColumn>& columns) {
    MatrixXd sums(matrix.rows(), static_cast<Index>(columns.size()) + 1);
    sums.col(0) = matrix.col(0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto sum = sums.col(static_cast<Index>(i) + 1);
        sum.setZero();
        for (const int state : columns[i].states)
            sum += matrix.col(1 + factors.offset(columns[i].factor) + state);
    }
    return sums;
}

/// The states of a site whose block has each choice of gene `column`.
void add_site_columns(const PooledFactors& factors, std::size_t factor, int column,
                      std::vector<PooledColumn>& columns) {
    const Site& site = factors.sites()[as_index(factors.factors()[factor].site)];
    for (const GeneValue value : factors.space().allowed(as_index(column))) {
        PooledColumn found{factor, {}};
        for (std::size_t block = 0; block < site.blocks.size(); ++block) {
            const auto& choices = site.blocks[block].choices;
            if (std::ranges::find(choices, std::pair(column, value)) != choices.end())
                found.states.push_back(static_cast<int>(block));
        }
        if (!found.states.empty())
            columns.push_back(std::move(found));
    }
}

void add_states(std::size_t factor, const PooledFactor& of, std::vector<PooledColumn>& columns) {
    for (std::size_t state = 0; state < of.states.size(); ++state)
        columns.push_back({factor, {static_cast<int>(state)}});
}

}  // namespace

bool of_a_unit(const PooledFactor& factor) {
    return factor.site >= 0 || factor.depth || factor.unit >= 0;
}

std::vector<PooledColumn> block_columns(const PooledFactors& factors) {
    std::vector<PooledColumn> columns;
    for (std::size_t factor = 0; factor < factors.factors().size(); ++factor)
        add_states(factor, factors.factors()[factor], columns);
    return columns;
}

std::vector<PooledColumn> gene_columns(const PooledFactors& factors,
                                       const std::vector<std::string>& groups) {
    std::vector<PooledColumn> columns;
    const auto wanted = [&](const std::string& group) {
        return std::ranges::find(groups, group) != groups.end();
    };
    for (std::size_t i = 0; i < factors.factors().size(); ++i) {
        const PooledFactor& factor = factors.factors()[i];
        if (factor.site < 0) {
            if (!of_a_unit(factor) || wanted(factor.group))
                add_states(i, factor, columns);
            continue;
        }
        for (const int column : factors.sites()[as_index(factor.site)].columns) {
            if (wanted(factors.space().genes()[as_index(column)].group))
                add_site_columns(factors, i, column, columns);
        }
    }
    return columns;
}

std::vector<std::string> gene_groups(const PooledFactors& factors) {
    std::vector<std::string> groups;
    const auto add = [&](const std::string& group) {
        if (std::ranges::find(groups, group) == groups.end())
            groups.push_back(group);
    };
    for (const PooledFactor& factor : factors.factors()) {
        if (factor.depth)
            add(factor.group);
    }
    for (const Site& site : factors.sites()) {
        for (const int column : site.columns) {
            if (factors.space().allowed(as_index(column)).size() > 1)
                add(factors.space().genes()[as_index(column)].group);
        }
    }
    for (const PooledFactor& factor : factors.factors()) {
        if (factor.site < 0 && of_a_unit(factor))
            add(factor.group);
    }
    return groups;
}

std::vector<Index> independent_columns(const MatrixXd& gram) {
    std::vector<Index> kept;
    MatrixXd rows(gram.rows(), gram.rows());  // of a Cholesky factor, those kept, as columns
    Pulse pulse(16);
    for (Index j = 0; j < gram.rows(); ++j) {
        pulse();
        const auto count = static_cast<Index>(kept.size());
        VectorXd row(count + 1);
        for (Index k = 0; k < count; ++k) {
            const double along = rows.col(k).head(k).dot(row.head(k));
            row(k) = (gram(j, kept[static_cast<std::size_t>(k)]) - along) / rows(k, k);
        }
        const double rest = gram(j, j) - row.head(count).squaredNorm();
        if (!(rest > new_share * gram(j, j)))
            continue;
        row(count) = std::sqrt(rest);
        rows.col(count).head(count + 1) = row;
        kept.push_back(j);
    }
    return kept;
}

PooledDesign::PooledDesign(const PooledFactors& factors,
                           std::shared_ptr<const PooledMoments> moments,
                           const std::vector<PooledColumn>& columns)
    : factors_(&factors), moments_(std::move(moments)) {
    const MatrixXd states = summed(moments_->joint, factors, columns).transpose();
    const MatrixXd all = summed(states, factors, columns);
    const std::vector<Index> kept = independent_columns(all);
    for (const Index number : kept) {
        if (number > 0)
            columns_.push_back(columns[static_cast<std::size_t>(number - 1)]);
    }
    with_states_ = states(kept, Eigen::all);
    gram_ = all(kept, kept);
}

bool PooledDesign::joint() const {
    return std::ranges::all_of(columns_, [](const auto& c) { return c.states.size() == 1; });
}

MatrixXd PooledDesign::products(const PooledDesign& other) const {
    return summed(with_states_, *factors_, other.columns_);
}

MatrixXd PooledDesign::rows(const Architectures& archs) const {
    MatrixXd x = MatrixXd::Zero(static_cast<Index>(archs.size()), terms());
    x.col(0).setOnes();
    std::vector<std::vector<Index>> of_state(static_cast<std::size_t>(factors_->states()));
    for (std::size_t p = 0; p < columns_.size(); ++p) {
        for (const int state : columns_[p].states)
            of_state[as_index(factors_->offset(columns_[p].factor) + state)].push_back(
                static_cast<Index>(p) + 1);
    }
    for (std::size_t i = 0; i < archs.size(); ++i) {
        for (std::size_t f = 0; f < factors_->factors().size(); ++f) {
            const int state = factors_->state(archs.row(i), f);
            if (state < 0)
                continue;
            for (const Index p : of_state[as_index(factors_->offset(f) + state)])
                x(static_cast<Index>(i), p) = 1;
        }
    }
    return x;
}

double PooledDesign::probability(int state) const {
    return state < 0 ? 1 : moments_->joint(1 + state, 1 + state);
}

VectorXd PooledDesign::expectation(int state) const {
    return with_states_.col(state < 0 ? 0 : 1 + state) / probability(state);
}

VectorXd PooledDesign::by_state(const VectorXd& coefficients) const {
    VectorXd adds = VectorXd::Zero(1 + factors_->states());
    adds(0) = coefficients(0);
    for (std::size_t p = 0; p < columns_.size(); ++p) {
        for (const int state : columns_[p].states)
            adds(1 + factors_->offset(columns_[p].factor) + state) +=
                coefficients(static_cast<Index>(p) + 1);
    }
    return adds;
}

std::size_t PooledDesign::least_networks() const {
    const double rarest = gram_.diagonal().minCoeff();
    const double terms_need = networks_a_term * static_cast<double>(terms());
    return static_cast<std::size_t>(std::ceil(std::max(terms_need, rows_a_column / rarest)));
}

}  // namespace latpred

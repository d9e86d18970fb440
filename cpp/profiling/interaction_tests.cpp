#include "profiling/interaction_tests.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/dense.hpp"
#include "base/distributions.hpp"
#include "base/index.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_pairs = 3000;
constexpr double no_noise = 1e-18;  ///< of the variance: residuals are rounding

/// One gene's columns, without the first choice's.
struct GeneColumns {
    std::string name;
    int unit = -1;
    int gene = -1;
    std::size_t factor = 0;
    std::vector<PooledColumn> columns;
};

GeneColumns columns_of_gene(const PooledFactors& factors, std::size_t factor, int gene) {
    const PooledFactor& of = factors.factors()[factor];
    GeneColumns found{of.name, of.unit, gene, factor, {}};
    if (of.site < 0) {
        for (std::size_t state = 1; state < of.states.size(); ++state)
            found.columns.push_back({factor, {static_cast<int>(state)}});
        return found;
    }
    const Site& site = factors.sites()[as_index(of.site)];
    if (site.columns.size() > 1)
        found.name += "." + factors.space().genes()[as_index(gene)].group;
    const std::span<const GeneValue> allowed = factors.space().allowed(as_index(gene));
    for (std::size_t value = 1; value < allowed.size(); ++value) {
        PooledColumn column{factor, {}};
        for (std::size_t block = 0; block < site.blocks.size(); ++block) {
            const auto& choices = site.blocks[block].choices;
            if (std::ranges::find(choices, std::pair(gene, allowed[value])) != choices.end())
                column.states.push_back(static_cast<int>(block));
        }
        found.columns.push_back(std::move(column));
    }
    return found;
}

/// Genes of units, each once: that of several sites with the first of them.
std::vector<GeneColumns> genes_of(const PooledFactors& factors) {
    std::vector<GeneColumns> genes;
    const auto add = [&](std::size_t factor, int gene) {
        const bool known = std::ranges::find(genes, gene, &GeneColumns::gene) != genes.end();
        if (!known && factors.space().allowed(as_index(gene)).size() > 1)
            genes.push_back(columns_of_gene(factors, factor, gene));
    };
    for (std::size_t i = 0; i < factors.factors().size(); ++i) {
        const PooledFactor& factor = factors.factors()[i];
        if (factor.site < 0 && of_a_unit(factor))
            add(i, factor.column);
        if (factor.site < 0)
            continue;
        for (const int gene : factors.sites()[as_index(factor.site)].columns)
            add(i, gene);
    }
    return genes;
}

/// N x 1 for each column: whether the network's state is among the column's.
std::vector<VectorXd> indicators(const GeneColumns& gene,
                                 const std::vector<std::vector<int>>& states) {
    std::vector<VectorXd> found;
    for (const PooledColumn& column : gene.columns) {
        VectorXd is(static_cast<Index>(states.size()));
        for (std::size_t i = 0; i < states.size(); ++i) {
            const int state = states[i][gene.factor];
            const bool in = std::ranges::find(column.states, state) != column.states.end();
            is(static_cast<Index>(i)) = in ? 1 : 0;
        }
        found.push_back(std::move(is));
    }
    return found;
}

PairTest test_of(double squares, double terms, double noise, double left, double variance) {
    if (!(variance > 0) || !(terms > 0) || noise <= no_noise * variance)
        return {};
    const double f = squares / terms / noise;
    const double share = (squares - terms * noise) / (left + terms) / variance;
    return {share, f, f_tail(f, terms, left)};
}

/// Orthonormal columns of what the products of two genes' columns add to the fit's.
MatrixXd added_columns(const PooledFit& fit, const std::vector<VectorXd>& first,
                       const std::vector<VectorXd>& second) {
    MatrixXd z(fit.rows(), static_cast<Index>(first.size() * second.size()));
    Index column = 0;
    for (const VectorXd& a : first) {
        for (const VectorXd& b : second)
            z.col(column++) = a.cwiseProduct(b);
    }
    MatrixXd rest = z - product(fit.basis(), product(fit.basis().transpose(), z));
    const double least = 1e-6 * z.squaredNorm();
    Index kept = 0;
    for (Index c = 0; c < rest.cols(); ++c) {  // Gram and Schmidt's, twice for accuracy
        VectorXd one = rest.col(c);
        for (int pass = 0; pass < 2; ++pass) {
            for (Index k = 0; k < kept; ++k)
                one -= rest.col(k).dot(one) * rest.col(k);
        }
        if (one.squaredNorm() > least)
            rest.col(kept++) = one.normalized();
    }
    return rest.leftCols(kept);
}

std::vector<PairTest> test_products(const MatrixXd& added, const std::vector<FittedValues>& metrics,
                                    const std::vector<VectorXd>& ys) {
    std::vector<PairTest> tests;
    for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
        const FittedValues& of = metrics[metric];
        const auto terms = static_cast<double>(added.cols());
        const auto left = static_cast<double>(of.fit->rows() - of.fit->terms());
        const double squares = product(added.transpose(), ys[metric]).squaredNorm();
        const double rest = std::max(left * of.noise - squares, 0.0);
        const double noise = left > terms ? rest / (left - terms) : 0;
        tests.push_back(test_of(squares, terms, noise, left - terms, of.variance));
    }
    return tests;
}

/// Number of the block with these two choices; -1: none.
int block_with(const Site& site, std::pair<int, GeneValue> one, std::pair<int, GeneValue> other) {
    const auto found = std::ranges::find_if(site.blocks, [&](const Block& block) {
        return std::ranges::find(block.choices, one) != block.choices.end() &&
               std::ranges::find(block.choices, other) != block.choices.end();
    });
    return found == site.blocks.end() ? -1 : static_cast<int>(found - site.blocks.begin());
}

/// P x q: differences of differences of the joint choices of the two genes of a site.
MatrixXd block_contrasts(const PooledDesign& design, const GeneColumns& first,
                         const GeneColumns& second) {
    const PooledFactors& factors = design.factors();
    const Site& site = factors.sites()[as_index(factors.factors()[first.factor].site)];
    const auto coefficient = [&](int block) {
        for (Index p = 1; p < design.terms(); ++p) {
            if (design.column(p).factor == first.factor && design.column(p).states[0] == block)
                return p;
        }
        return Index{0};  // left out of the design: what the others are held against
    };
    const std::span<const GeneValue> rows = factors.space().allowed(as_index(first.gene));
    const std::span<const GeneValue> columns = factors.space().allowed(as_index(second.gene));
    MatrixXd all = MatrixXd::Zero(design.terms(),
                                  static_cast<Index>((rows.size() - 1) * (columns.size() - 1)));
    Index kept = 0;
    for (std::size_t a = 1; a < rows.size(); ++a) {
        for (std::size_t b = 1; b < columns.size(); ++b) {
            for (const auto& [row, column, sign] :
                 {std::tuple(rows[a], columns[b], 1.0), std::tuple(rows[a], columns[0], -1.0),
                  std::tuple(rows[0], columns[b], -1.0), std::tuple(rows[0], columns[0], 1.0)}) {
                const int block = block_with(site, {first.gene, row}, {second.gene, column});
                if (block < 0)
                    return {design.terms(), 0};  // banned: no whole table
                all(coefficient(block), kept) += sign;
            }
            all(0, kept++) = 0;
        }
    }
    return all;
}

std::vector<PairTest> test_contrasts(const MatrixXd& contrasts, const PooledFit& fit,
                                     const std::vector<FittedValues>& metrics) {
    const MatrixXd weights = fit.weights(contrasts);
    const Cholesky factor = positive_factor(gram(weights.transpose()));
    std::vector<PairTest> tests;
    for (const FittedValues& of : metrics) {
        MatrixXd found = product(contrasts.transpose(), of.coefficients);
        factor.solve_lower(found);
        tests.push_back(test_of(found.squaredNorm(), static_cast<double>(contrasts.cols()),
                                of.noise, static_cast<double>(fit.rows() - fit.terms()),
                                of.variance));
    }
    return tests;
}

bool of_one_block(const PooledFactors& factors, const GeneColumns& a, const GeneColumns& b) {
    if (a.factor != b.factor || factors.factors()[a.factor].site < 0)
        return false;
    const auto& columns = factors.sites()[as_index(factors.factors()[a.factor].site)].columns;
    return std::ranges::count_if(columns, [&](int column) {
               return factors.space().allowed(as_index(column)).size() > 1;
           }) == 2;
}

}  // namespace

InteractionTests interaction_tests(const PooledDesign& design, const Architectures& archs,
                                   const std::vector<FittedValues>& metrics,
                                   const std::vector<VectorXd>& ys) {
    InteractionTests found;
    if (metrics.empty())
        return found;
    const PooledFactors& factors = design.factors();
    const PooledFit& fit = *metrics.front().fit;
    const std::vector<GeneColumns> genes = genes_of(factors);
    std::vector<std::vector<int>> states(archs.size());
    for (std::size_t i = 0; i < archs.size(); ++i) {
        for (std::size_t f = 0; f < factors.factors().size(); ++f)
            states[i].push_back(factors.state(archs.row(i), f));
    }
    std::vector<std::vector<VectorXd>> columns;
    for (const GeneColumns& gene : genes)
        columns.push_back(indicators(gene, states));
    const bool all_pairs = genes.size() * (genes.size() - 1) / 2 <= most_pairs;
    const bool joint = design.terms() > 1 && design.joint();
    const auto keep = [&](std::size_t a, std::size_t b, bool block, std::vector<PairTest> tests) {
        const auto depth = [&](std::size_t i) { return factors.factors()[genes[i].factor].depth; };
        found.pairs.push_back({genes[a].name, genes[b].name, genes[a].unit, genes[b].unit, depth(a),
                               depth(b), block});
        found.tests.push_back(std::move(tests));
    };
    Pulse pulse(16);
    for (const bool blocks : {true, false}) {
        for (std::size_t a = 0; a < genes.size(); ++a) {
            for (std::size_t b = a + 1; b < genes.size(); ++b) {
                pulse();
                const bool block = joint && of_one_block(factors, genes[a], genes[b]);
                if (block != blocks || (!block && !all_pairs))
                    continue;
                const MatrixXd terms = block ? block_contrasts(design, genes[a], genes[b])
                                             : added_columns(fit, columns[a], columns[b]);
                if (terms.cols() > 0)
                    keep(a, b, block,
                         block ? test_contrasts(terms, fit, metrics)
                               : test_products(terms, metrics, ys));
            }
        }
    }
    return found;
}

}  // namespace latpred

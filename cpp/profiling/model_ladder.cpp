#include "profiling/model_ladder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "profiling/pooled_fit.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd rows_of(const PooledDesign& design, const Architectures& archs,
                 const std::vector<PooledColumn>& columns) {
    return PooledDesign(design.factors(), design.shared_moments(), columns).rows(archs);
}

/// `x` and products of columns of different depths, without those that add nothing here.
MatrixXd with_depth_pairs(const PooledDesign& design, const MatrixXd& x) {
    std::vector<Index> depths;
    for (Index p = 1; p < design.terms(); ++p) {
        if (design.factors().factors()[design.column(p).factor].depth)
            depths.push_back(p);
    }
    std::vector<VectorXd> pairs;
    for (const Index a : depths) {
        for (const Index b : depths) {
            if (design.column(a).factor < design.column(b).factor)
                pairs.emplace_back(x.col(a).cwiseProduct(x.col(b)));
        }
    }
    MatrixXd all(x.rows(), x.cols() + static_cast<Index>(pairs.size()));
    all.leftCols(x.cols()) = x;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        all.col(x.cols() + static_cast<Index>(i)) = pairs[i];
    return all(Eigen::all, independent_columns(gram(all.transpose())));
}

}  // namespace

std::vector<NestedColumns> model_ladder(const PooledDesign& design, const Architectures& archs) {
    const PooledFactors& factors = design.factors();
    std::vector<std::string> depths;
    std::vector<std::string> others;
    for (const std::string& group : gene_groups(factors)) {
        const bool depth = std::ranges::any_of(factors.factors(), [&](const PooledFactor& f) {
            return f.site < 0 && f.depth && f.group == group;
        });
        (depth ? depths : others).push_back(group);
    }
    std::vector<NestedColumns> ladder;
    const auto add = [&](const std::vector<std::string>& groups) {
        ladder.push_back(
            {join(groups, " + "), rows_of(design, archs, gene_columns(factors, groups))});
    };
    if (!depths.empty())
        add(depths);
    for (const std::string& other : others) {
        std::vector<std::string> groups = depths;
        groups.push_back(other);
        if (others.size() > 1)
            add(groups);
    }
    std::vector<std::string> all = depths;
    all.insert(all.end(), others.begin(), others.end());
    add(all);
    std::vector<std::string> joint = depths;
    joint.push_back(join(others, " x "));
    const PooledDesign blocks(factors, design.shared_moments(), block_columns(factors));
    if (others.size() > 1)
        ladder.push_back({join(joint, " + "), blocks.rows(archs)});
    if (depths.size() == 1 && blocks.least_networks() <= archs.size()) {
        const std::string pairs = message(depths[0], " x ", depths[0]);
        MatrixXd x = with_depth_pairs(blocks, blocks.rows(archs));
        if (x.cols() > blocks.terms())
            ladder.push_back({message(join(joint, " + "), " + ", pairs), std::move(x)});
    }
    return ladder;
}

std::vector<double> held_out_r2(const MatrixXd& x, const std::vector<VectorXd>& ys) {
    std::vector<double> found(ys.size(), std::numeric_limits<double>::quiet_NaN());
    const auto count = static_cast<double>(x.rows());
    if (count < 1.2 * static_cast<double>(x.cols()))
        return found;
    std::optional<PooledFit> fit;
    try {
        fit.emplace(x);
    } catch (const DataError&) {  // a model that these networks do not determine
        return found;
    }
    for (std::size_t i = 0; i < ys.size(); ++i) {
        const double mean = ys[i].mean();
        const VectorXd from_mean = (ys[i].array() - mean) * (count / (count - 1));
        const double all = from_mean.squaredNorm();
        if (all > 0)
            found[i] = 1 - fit->left_out(ys[i]).squaredNorm() / all;
    }
    return found;
}

}  // namespace latpred

#include "transfer/feature_basis.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "encodings/cost_features.hpp"
#include "encodings/one_hot.hpp"
#include "encodings/operation_counts.hpp"
#include "encodings/stage_costs.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;

/// Products of choices are features in spaces with at most so many of them: cells, not chains of
/// blocks, whose neighbours hardly act on each other.
constexpr Eigen::Index most_products = 600;

/// Genes with a choice, and where their products begin among the pairs.
std::vector<std::size_t> chosen_genes(const Space& space) {
    std::vector<std::size_t> columns;
    for (std::size_t g = 0; g < space.gene_count(); ++g) {
        if (space.genes()[g].choices() > 1)
            columns.push_back(g);
    }
    return columns;
}

Eigen::Index choices(const Space& space, std::size_t column) {
    return space.genes()[column].choices();
}

Eigen::Index pair_count(const Space& space) {
    Eigen::Index count = 0;
    const std::vector<std::size_t> genes = chosen_genes(space);
    for (std::size_t i = 0; i < genes.size(); ++i) {
        for (std::size_t j = 0; j < i && count <= most_products; ++j)
            count += choices(space, genes[i]) * choices(space, genes[j]);
    }
    return count <= most_products ? count : 0;
}

/// Writes a 1 for each pair of genes at the pair of their choices.
void write_pairs(const Architectures& archs, Eigen::Ref<MatrixXd> out) {
    const std::vector<std::size_t> genes = chosen_genes(archs.space());
    out.setZero();
    for (std::size_t row = 0; row < archs.size(); ++row) {
        const std::span<const GeneValue> values = archs.row(row);
        Eigen::Index begin = 0;
        for (std::size_t i = 0; i < genes.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const Eigen::Index width = choices(archs.space(), genes[j]);
                out(static_cast<Eigen::Index>(row),
                    begin + values[genes[i]] * width + values[genes[j]]) = 1;
                begin += choices(archs.space(), genes[i]) * width;
            }
        }
    }
}

MatrixXd as_matrix(const std::vector<double>& values, std::size_t rows) {
    const auto n = static_cast<Eigen::Index>(rows);
    return Eigen::Map<const FeatureRows>(values.data(), n,
                                         static_cast<Eigen::Index>(values.size()) / n);
}

}  // namespace

FeatureBasis::FeatureBasis(SpacePtr space)
    : space_(std::move(space)), counts_(std::make_shared<OperationCounts>(space_)),
      one_hot_(std::make_shared<OneHot>(space_)) {
    const std::array<std::size_t, feature_groups> widths = {
        1, CostFeatures::count + counts_->features(), StageCosts(space_).features(),
        one_hot_->features(), static_cast<std::size_t>(pair_count(*space_))};
    Eigen::Index begin = 0;
    for (std::size_t g = 0; g < feature_groups; ++g) {
        ranges_[g] = {begin, static_cast<Eigen::Index>(widths[g])};
        begin += ranges_[g].count;
    }
    scaling_ = {Eigen::VectorXd::Zero(begin), Eigen::VectorXd::Zero(begin)};
}

FeatureBasis::FeatureBasis(SpacePtr space, Eigen::VectorXd means, Eigen::VectorXd scales)
    : FeatureBasis(std::move(space)) {
    if (means.size() != columns() || scales.size() != columns() || !means.allFinite() ||
        !scales.allFinite() || scales.minCoeff() < 0)
        throw CorruptionError("damaged file: a finite mean and scale of each feature expected");
    scaling_ = {std::move(means), std::move(scales)};
}

MatrixXd FeatureBasis::raw(const Architectures& archs) const {
    const auto n = static_cast<Eigen::Index>(archs.size());
    MatrixXd out(n, columns());
    if (n == 0)
        return out;
    const auto part = [&](FeatureGroup group) {
        return out.middleCols(range(group).begin, range(group).count);
    };
    const MatrixXd costs = as_matrix(CostFeatures(space_).values(archs), archs.size());
    part(FeatureGroup::macs) = costs.leftCols(1);
    part(FeatureGroup::costs) << costs, encoded_rows(archs, *counts_);
    part(FeatureGroup::stages) = as_matrix(StageCosts(space_).values(archs), archs.size());
    part(FeatureGroup::choices) = encoded_rows(archs, *one_hot_);
    if (range(FeatureGroup::pairs).count > 0)
        write_pairs(archs, part(FeatureGroup::pairs));
    return out;
}

GroupScaling group_scaling(const MatrixXd& features, std::span<const FeatureRange> groups) {
    const auto n = static_cast<double>(features.rows());
    GroupScaling scaling{Eigen::VectorXd::Zero(features.cols()),
                         Eigen::VectorXd::Zero(features.cols())};
    for (const FeatureRange& range : groups) {
        Eigen::Index varying = 0;
        for (Eigen::Index j = range.begin; j < range.begin + range.count; ++j) {
            const auto column = features.col(j).array();
            scaling.means[j] = column.mean();
            const double deviation = std::sqrt((column - scaling.means[j]).square().sum() / n);
            // Rounding of the mean leaves a constant column with some 1e-16 of it.
            if (deviation > 1e-9 * column.abs().maxCoeff()) {
                scaling.scales[j] = 1 / deviation;
                ++varying;
            }
        }
        scaling.scales.segment(range.begin, range.count) /=
            std::sqrt(static_cast<double>(std::max<Eigen::Index>(varying, 1)));
    }
    return scaling;
}

MatrixXd GroupScaling::of(MatrixXd features) const {
    features.rowwise() -= means.transpose();
    features.array().rowwise() *= scales.transpose().array();
    return features;
}

FeatureBasis FeatureBasis::fitted(const Architectures& archs) {
    FeatureBasis basis(archs.space_ptr());
    basis.scaling_ = group_scaling(basis.raw(archs), basis.ranges_);
    return basis;
}

Eigen::Index FeatureBasis::varying(FeatureGroup group) const {
    return (scales().segment(range(group).begin, range(group).count).array() > 0).count();
}

MatrixXd FeatureBasis::of(const Architectures& archs) const {
    return scaling_.of(raw(archs));
}

}  // namespace latpred

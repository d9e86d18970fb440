#include "device_generic/wide_basis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "encodings/cost_features.hpp"
#include "graphs/cell.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;

/// Pairs of edges (gene numbers) of NAS-Bench-201's cell that start at one node.
constexpr std::array<std::pair<std::size_t, std::size_t>, 4> sibling_edges{
    {{0, 1}, {0, 3}, {1, 3}, {2, 4}}};
constexpr std::size_t operations = cell_operations.size();
constexpr std::size_t operation_pairs = operations * (operations + 1) / 2;

bool is_cell(const Space& space) {
    return space.family().name() == "nas-bench-201";
}

std::vector<std::size_t> number_genes(const Space& space) {
    std::vector<std::size_t> found;
    for (std::size_t g = 0; g < space.gene_count(); ++g) {
        if (space.genes()[g].labels.empty())
            found.push_back(g);
    }
    return found;
}

Eigen::Index pair_of(std::size_t a, std::size_t b) {
    const auto [low, high] = std::minmax(a, b);
    return static_cast<Eigen::Index>(high * (high + 1) / 2 + low);
}

void write_ordinals(const Architectures& archs, Eigen::Ref<MatrixXd> out) {
    const std::vector<std::size_t> genes = number_genes(archs.space());
    for (std::size_t row = 0; row < archs.size(); ++row) {
        for (std::size_t j = 0; j < genes.size(); ++j) {
            const auto choice = static_cast<std::size_t>(archs.row(row)[genes[j]]);
            out(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)) =
                archs.space().genes()[genes[j]].values[choice];
        }
    }
}

void write_siblings(const Architectures& archs, Eigen::Ref<MatrixXd> out) {
    out.setZero();
    for (std::size_t row = 0; row < archs.size(); ++row) {
        const std::span<const GeneValue> genes = archs.row(row);
        for (const auto& [a, b] : sibling_edges) {
            out(static_cast<Eigen::Index>(row), pair_of(static_cast<std::size_t>(genes[a]),
                                                        static_cast<std::size_t>(genes[b]))) += 1;
        }
    }
}

void write_products(const Architectures& archs, Eigen::Ref<MatrixXd> out) {
    for (std::size_t row = 0; row < archs.size(); ++row) {
        std::array<double, operations> counts{};
        for (const GeneValue operation : archs.row(row))
            counts[static_cast<std::size_t>(operation)] += 1;
        for (std::size_t a = 0; a < operations; ++a) {
            for (std::size_t b = 0; b <= a; ++b)
                out(static_cast<Eigen::Index>(row), pair_of(a, b)) = counts[a] * counts[b];
        }
    }
}

}  // namespace

WideBasis::WideBasis(const SpacePtr& space) : core_(space) {
    const FeatureRange both = core_.range(FeatureGroup::costs);
    const auto costs = static_cast<Eigen::Index>(CostFeatures::count);
    ranges_ = {FeatureRange{both.begin, costs},
               FeatureRange{both.begin + costs, both.count - costs},
               core_.range(FeatureGroup::stages), core_.range(FeatureGroup::choices),
               core_.range(FeatureGroup::pairs)};
    const auto pairs = static_cast<Eigen::Index>(is_cell(*space) ? operation_pairs : 0);
    const std::array<Eigen::Index, 3> widths{static_cast<Eigen::Index>(number_genes(*space).size()),
                                             pairs, pairs};
    Eigen::Index begin = core_.columns();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        ranges_[static_cast<std::size_t>(WideGroup::ordinals) + i] = {begin, widths[i]};
        begin += widths[i];
    }
    scaling_ = {Eigen::VectorXd::Zero(begin), Eigen::VectorXd::Zero(begin)};
}

WideBasis::WideBasis(const SpacePtr& space, Eigen::VectorXd means, Eigen::VectorXd scales)
    : WideBasis(space) {
    if (means.size() != columns() || scales.size() != columns() || !means.allFinite() ||
        !scales.allFinite() || scales.minCoeff() < 0)
        throw CorruptionError("damaged file: a finite mean and scale of each feature expected");
    scaling_ = {std::move(means), std::move(scales)};
}

WideBasis WideBasis::fitted(const Architectures& archs) {
    WideBasis basis(archs.space_ptr());
    basis.scaling_ = group_scaling(basis.raw(archs), basis.ranges_);
    return basis;
}

Eigen::Index WideBasis::varying(std::size_t group) const {
    return (scaling_.scales.segment(ranges_[group].begin, ranges_[group].count).array() > 0)
        .count();
}

Eigen::VectorXd WideBasis::spread(const Eigen::VectorXd& of_groups) const {
    Eigen::VectorXd found = Eigen::VectorXd::Zero(columns());
    for (std::size_t g = 0; g < wide_groups; ++g)
        found.segment(ranges_[g].begin, ranges_[g].count)
            .setConstant(of_groups[static_cast<Eigen::Index>(g)]);
    return found;
}

MatrixXd WideBasis::raw(const Architectures& archs) const {
    MatrixXd out(static_cast<Eigen::Index>(archs.size()), columns());
    const auto part = [&](WideGroup group) {
        const FeatureRange range = ranges_[static_cast<std::size_t>(group)];
        return out.middleCols(range.begin, range.count);
    };
    out.leftCols(core_.columns()) = core_.raw(archs);
    write_ordinals(archs, part(WideGroup::ordinals));
    if (is_cell(archs.space())) {
        write_siblings(archs, part(WideGroup::siblings));
        write_products(archs, part(WideGroup::products));
    }
    return out;
}

MatrixXd WideBasis::of(const Architectures& archs) const {
    return scaling_.of(raw(archs));
}

}  // namespace latpred

#include "kernels/sum_covariance.hpp"

#include <algorithm>

#include "base/dense.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Units of a distance for each unit of a feature, in the order of `KernelShape`.
constexpr std::array<double, kernel_shapes> feature_weights{0.5, 0.5, 0.5, 0.5, 0.5, 1,   1,
                                                            1,   0.5, 0.7, 0.7, 0.7, 0.7, 2};
constexpr Index columns_at_once = 256;

/// An atom of a kind in a row: its place among those of the kind, and its weight.
struct Entry {
    Index row;
    Index place;
    double weight;
};

/// The entries of the atoms of a kind, by row.
std::vector<Entry> entries_of(const SumRows& rows, const std::vector<int>& members) {
    std::vector<Entry> found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (const AtomCount& one : rows[row]) {
            const auto at = std::ranges::lower_bound(members, one.atom);
            if (at != members.end() && *at == one.atom)
                found.push_back({static_cast<Index>(row), at - members.begin(), one.count});
        }
    }
    return found;
}

/// Adds weights' x correlations x weights of some columns of a kind's atoms.
void add_sums(MatrixXd& sums, const MatrixXd& correlations, Index begin,
              const std::vector<Entry>& entries, const std::vector<std::vector<Entry>>& by_place) {
    VectorXd column(sums.rows());
    for (Index j = 0; j < correlations.cols(); ++j) {
        column.setZero();
        for (const Entry& one : entries)
            column[one.row] += one.weight * correlations(one.place, j);
        for (const Entry& one : by_place[static_cast<std::size_t>(begin + j)])
            sums.col(one.row) += one.weight * column;
    }
}

MatrixXd rational_quadratic(const MatrixXd& squared, double length) {
    return (1 + squared.array() / (2 * length * length)).inverse().matrix();
}

}  // namespace

AtomShapes::AtomShapes(const std::vector<KernelAtom>& atoms) {
    for (std::size_t i = 0; i < atoms.size(); ++i)
        members_[static_cast<std::size_t>(atoms[i].kind)].push_back(static_cast<int>(i));
    for (std::size_t kind = 0; kind < fused_kernel_kinds; ++kind) {
        MatrixXd& shapes = shapes_[kind];
        shapes.resize(kernel_shapes, static_cast<Index>(members_[kind].size()));
        for (Index i = 0; i < shapes.cols(); ++i) {
            const auto member = members_[kind][static_cast<std::size_t>(i)];
            for (std::size_t f = 0; f < kernel_shapes; ++f)
                shapes(static_cast<Index>(f), i) =
                    feature_weights[f] * atoms[static_cast<std::size_t>(member)].shape[f];
        }
    }
}

MatrixXd squared_distances(const MatrixXd& a, const MatrixXd& b, Monitor& monitor) {
    MatrixXd squared = -2 * product(a.transpose(), b, monitor);
    squared.colwise() += a.colwise().squaredNorm().transpose();
    squared.rowwise() += b.colwise().squaredNorm();
    return squared.cwiseMax(0.0);
}

MatrixXd kernel_covariance(const MatrixXd& squared, const ProcessSettings& settings) {
    const double wide = settings.wide * settings.wide;
    const double narrow = settings.narrow * settings.narrow;
    const double wide_scale = 1 / (2 * settings.length * settings.length);
    return (settings.kind * settings.kind + wide / (1 + wide_scale * squared.array()) +
            narrow / (1 + 16 * wide_scale * squared.array()))
        .matrix();
}

SumComponents sum_components(const AtomShapes& shapes, const SumRows& rows,
                             std::span<const double> lengths, Monitor& monitor) {
    const auto size = static_cast<Index>(rows.size());
    SumComponents found{MatrixXd::Zero(size, size),
                        std::vector<MatrixXd>(lengths.size(), MatrixXd::Zero(size, size))};
    for (std::size_t kind = 0; kind < fused_kernel_kinds; ++kind) {
        const std::vector<Entry> entries = entries_of(rows, shapes.members(kind));
        const MatrixXd& here = shapes.shapes(kind);
        std::vector<std::vector<Entry>> by_place(static_cast<std::size_t>(here.cols()));
        VectorXd totals = VectorXd::Zero(size);
        for (const Entry& one : entries) {
            by_place[static_cast<std::size_t>(one.place)].push_back(one);
            totals[one.row] += one.weight;
        }
        found.kind += totals * totals.transpose();
        for (Index begin = 0; begin < here.cols() && !entries.empty(); begin += columns_at_once) {
            const Index count = std::min(columns_at_once, here.cols() - begin);
            const MatrixXd squared =
                squared_distances(here, here.middleCols(begin, count), monitor);
            for (std::size_t i = 0; i < lengths.size(); ++i)
                add_sums(found.shape[i], rational_quadratic(squared, lengths[i]), begin, entries,
                         by_place);
        }
    }
    return found;
}

MatrixXd cross_covariance(const AtomShapes& shapes, const SumRows& rows, const AtomShapes& others,
                          std::size_t count, const ProcessSettings& settings, Monitor& monitor) {
    MatrixXd found = MatrixXd::Zero(static_cast<Index>(rows.size()), static_cast<Index>(count));
    for (std::size_t kind = 0; kind < fused_kernel_kinds; ++kind) {
        if (others.members(kind).empty() || shapes.members(kind).empty())
            continue;
        const std::vector<Entry> entries = entries_of(rows, shapes.members(kind));
        const MatrixXd covariance = kernel_covariance(
            squared_distances(shapes.shapes(kind), others.shapes(kind), monitor), settings);
        for (Index j = 0; j < covariance.cols(); ++j) {
            auto column = found.col(others.members(kind)[static_cast<std::size_t>(j)]);
            for (const Entry& one : entries)
                column[one.row] += one.weight * covariance(one.place, j);
        }
    }
    return found;
}

}  // namespace latpred

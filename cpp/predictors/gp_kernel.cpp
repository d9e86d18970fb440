#include "predictors/gp_kernel.hpp"

#include <array>

#include "base/dense.hpp"
#include "base/linear_kernels.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Random networks are 1 apart. The first rate is 16 times the second, as exponential_pair asks.
constexpr double near_scale = 0.5;
constexpr double far_scale = 2.0;
constexpr double far_rate = 0.5 / (far_scale * far_scale);
static_assert(far_scale * far_scale == 16 * near_scale * near_scale);
constexpr Index band = 64;  ///< columns of a covariance between two polls

/// Up to rounding: 0 may be a little less.
MatrixXd squared_distances(const KernelRows& a, const KernelRows& b, Monitor& monitor) {
    return product(a.left, b.right.transpose(), monitor);
}

/// Sums of the near and the far layer with their variances.
void to_smooth_layers(MatrixXd& squares, double near, double far, Monitor& monitor) {
    const std::array<double, 2> variances{near, far};
    for (Index j = 0; j < squares.cols(); j += band) {
        const Index columns = std::min(band, squares.cols() - j);
        exponential_pair(squares.col(j).data(), static_cast<std::size_t>(squares.rows() * columns),
                         variances.data(), far_rate);
        monitor.poll();
    }
}

/// Products of the sources' values with `variance`, and with `same` more at the same setting.
void add_source_layers(MatrixXd& sum, const KernelRows& a, const KernelRows& b, double variance,
                       double same) {
    for (Index j = 0; j < sum.cols(); ++j) {
        for (Index i = 0; i < sum.rows(); ++i) {
            const bool alike =
                a.settings[static_cast<std::size_t>(i)] == b.settings[static_cast<std::size_t>(j)];
            sum(i, j) += (variance + (alike ? same : 0.0)) * a.source[i] * b.source[j];
        }
    }
}

MatrixXd source_layer(const KernelRows& rows, double variance, double same) {
    MatrixXd layer = MatrixXd::Zero(rows.source.size(), rows.source.size());
    add_source_layers(layer, rows, rows, variance, same);
    return layer;
}

/// Adds `weighted` (A x F) times the transpose of `counts` (B x F).
void add_counts(MatrixXd& sum, const MatrixXd& weighted, const FeatureMatrix& counts,
                Monitor& monitor) {
    for (Index j = 0; j < sum.cols(); ++j) {
        for (FeatureMatrix::InnerIterator entry(counts, j); entry; ++entry)
            sum.col(j) += entry.value() * weighted.col(entry.col());
        if (j % band == 0)
            monitor.poll();
    }
}

}  // namespace

GpKernel::GpKernel(const SpacePtr& space, std::shared_ptr<const Predictor> source,
                   const Architectures& rows)
    : layout_(*space), smooth_(space, std::move(source)),
      components_(prior_components(layout_, scaling_rows(rows, layout_))) {}

KernelRows GpKernel::curved_rows_of(const Architectures& archs) const {
    KernelRows rows;
    rows.source = smooth_.source_values(archs);
    const MatrixXd smooth = smooth_.of(archs, rows.source);
    Eigen::VectorXd lengths = Eigen::VectorXd::Zero(smooth.rows());
    for (Index f = 0; f < smooth.cols(); ++f)
        lengths += smooth.col(f).cwiseAbs2();
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(smooth.rows());
    rows.left.resize(smooth.rows(), smooth.cols() + 2);
    rows.left << -2 * smooth, lengths, ones;
    rows.right.resize(smooth.rows(), smooth.cols() + 2);
    rows.right << smooth, ones, lengths;
    for (std::size_t i = 0; smooth_.source() && i < archs.size(); ++i) {
        int setting = 0;
        for (int column : layout_.setting_columns())
            setting = setting * layout_.choices_of(column) +
                      archs.row(i)[static_cast<std::size_t>(column)];
        rows.settings.push_back(setting);
    }
    return rows;
}

KernelRows GpKernel::rows_of(const Architectures& archs) const {
    KernelRows rows = curved_rows_of(archs);
    rows.blocks = feature_matrix(layout_, archs);
    return rows;
}

std::vector<std::string> GpKernel::names() const {
    std::vector<std::string> names;
    for (const PriorComponent& component : components_)
        names.push_back(component.name);
    if (smooth_.source())
        names.insert(names.end(), {"source", "source x setting"});
    names.insert(names.end(), {"smooth, near", "smooth, far"});
    return names;
}

std::vector<MatrixXd> GpKernel::layers(const KernelRows& rows, Monitor& monitor) const {
    std::vector<MatrixXd> layers;
    for (const PriorComponent& component : components_) {
        const MatrixXd z = rows.blocks * component.map;
        layers.push_back(gram(z, monitor));
    }
    if (smooth_.source()) {
        layers.push_back(source_layer(rows, 1, 0));
        layers.push_back(source_layer(rows, 0, 1));
    }
    const MatrixXd squares = squared_distances(rows, rows, monitor);
    for (const double near : {1.0, 0.0}) {
        layers.push_back(squares);
        to_smooth_layers(layers.back(), near, 1 - near, monitor);
    }
    return layers;
}

void GpKernel::set_variances(const Eigen::VectorXd& variances) {
    variances_ = variances;
    weight_covariance_ =
        prior_covariance(components_, variances.head(static_cast<Index>(components_.size())));
}

MatrixXd GpKernel::curved(const KernelRows& a, const KernelRows& b, Monitor& monitor) const {
    const Index last = variances_.size();
    MatrixXd sum = squared_distances(a, b, monitor);
    to_smooth_layers(sum, variances_[last - 2], variances_[last - 1], monitor);
    if (smooth_.source())
        add_source_layers(sum, a, b, variances_[last - 4], variances_[last - 3]);
    return sum;
}

MatrixXd GpKernel::covariance(const KernelRows& a, const KernelRows& b, Monitor& monitor) const {
    MatrixXd sum = curved(a, b, monitor);
    if (a.weighted.size() > 0) {
        add_counts(sum, a.weighted, b.blocks, monitor);
        return sum;
    }
    const MatrixXd weighted = a.blocks * weight_covariance_;
    add_counts(sum, weighted, b.blocks, monitor);
    return sum;
}

void GpKernel::weigh(KernelRows& rows) const {
    rows.weighted = rows.blocks * weight_covariance_;
}

Eigen::VectorXd GpKernel::diagonal(const KernelRows& rows) const {
    Eigen::VectorXd values(rows.left.rows());
    const Index last = variances_.size();
    const double smooth = variances_[last - 1] + variances_[last - 2];
    for (Index i = 0; i < values.size(); ++i) {
        values[i] = smooth;
        if (smooth_.source())
            values[i] +=
                (variances_[last - 3] + variances_[last - 4]) * rows.source[i] * rows.source[i];
        for (FeatureMatrix::InnerIterator a(rows.blocks, i); a; ++a) {
            for (FeatureMatrix::InnerIterator b(rows.blocks, i); b; ++b)
                values[i] += a.value() * b.value() * weight_covariance_(a.col(), b.col());
        }
    }
    return values;
}

}  // namespace latpred

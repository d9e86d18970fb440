#include "predictors/gp_kernel.hpp"

#include <array>
#include <cmath>

namespace latpred {
namespace {

constexpr std::array<double, 2> length_scales{0.5, 2.0};  ///< random networks are 1 apart

Eigen::MatrixXd squared_distances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    const Eigen::VectorXd lengths_a = a.rowwise().squaredNorm();
    const Eigen::RowVectorXd lengths_b = b.rowwise().squaredNorm().transpose();
    Eigen::MatrixXd squares = -2 * a * b.transpose();
    squares.colwise() += lengths_a;
    squares.rowwise() += lengths_b;
    return squares.cwiseMax(0);
}

Eigen::MatrixXd near(const Eigen::MatrixXd& squares, double length) {
    return (squares.array() * (-0.5 / (length * length))).exp();
}

Eigen::MatrixXd by_setting(const Eigen::MatrixXd& products, const KernelRows& a,
                           const KernelRows& b) {
    Eigen::MatrixXd kept = products;
    for (Eigen::Index i = 0; i < kept.rows(); ++i) {
        for (Eigen::Index j = 0; j < kept.cols(); ++j) {
            if (a.settings[static_cast<std::size_t>(i)] != b.settings[static_cast<std::size_t>(j)])
                kept(i, j) = 0;
        }
    }
    return kept;
}

}  // namespace

GpKernel::GpKernel(const SpacePtr& space, std::shared_ptr<const Predictor> source,
                   const Architectures& rows)
    : layout_(*space), smooth_(space, std::move(source)),
      components_(prior_components(*space, layout_, scaling_rows(rows, layout_))) {}

KernelRows GpKernel::rows_of(const Architectures& archs) const {
    KernelRows rows{
        feature_matrix(layout_, archs), smooth_.of(archs), smooth_.source_values(archs), {}};
    for (std::size_t i = 0; i < archs.size(); ++i) {
        int setting = 0;
        for (int column : layout_.setting_columns())
            setting = setting * layout_.choices_of(column) +
                      archs.row(i)[static_cast<std::size_t>(column)];
        rows.settings.push_back(setting);
    }
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

std::vector<Eigen::MatrixXd> GpKernel::layers(const KernelRows& rows) const {
    std::vector<Eigen::MatrixXd> layers;
    for (const PriorComponent& component : components_) {
        const Eigen::MatrixXd z = rows.blocks * component.map;
        layers.emplace_back(z * z.transpose());
    }
    if (smooth_.source()) {
        layers.emplace_back(rows.source * rows.source.transpose());
        layers.push_back(by_setting(layers.back(), rows, rows));
    }
    const Eigen::MatrixXd squares = squared_distances(rows.smooth, rows.smooth);
    for (double length : length_scales)
        layers.push_back(near(squares, length));
    return layers;
}

void GpKernel::set_variances(const Eigen::VectorXd& variances) {
    variances_ = variances;
    weight_covariance_ = prior_covariance(
        components_, variances.head(static_cast<Eigen::Index>(components_.size())));
}

Eigen::MatrixXd GpKernel::curved(const KernelRows& a, const KernelRows& b) const {
    auto layer = static_cast<Eigen::Index>(components_.size());
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(a.smooth.rows(), b.smooth.rows());
    if (smooth_.source()) {
        const Eigen::MatrixXd products = a.source * b.source.transpose();
        sum += variances_[layer] * products;
        sum += variances_[layer + 1] * by_setting(products, a, b);
        layer += 2;
    }
    const Eigen::MatrixXd squares = squared_distances(a.smooth, b.smooth);
    for (double length : length_scales)
        sum += variances_[layer++] * near(squares, length);
    return sum;
}

Eigen::MatrixXd GpKernel::covariance(const KernelRows& a, const KernelRows& b) const {
    return a.blocks * (weight_covariance_ * b.blocks.transpose()) + curved(a, b);
}

Eigen::VectorXd GpKernel::diagonal(const KernelRows& rows) const {
    Eigen::VectorXd values(rows.smooth.rows());
    const Eigen::Index last = variances_.size();
    const double smooth = variances_[last - 1] + variances_[last - 2];
    for (Eigen::Index i = 0; i < values.size(); ++i) {
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

#include "predictors/smooth_features.hpp"

#include <algorithm>
#include <cmath>

#include "encodings/cost_features.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

constexpr std::size_t sample_size = 256;

}  // namespace

SmoothFeatures::SmoothFeatures(const SpacePtr& space, std::shared_ptr<const Predictor> source)
    : source_(std::move(source)) {
    const Architectures drawn = sample(space, sample_size, 0);
    if (source_)
        source_mean_ = source_values(drawn).mean();
    const Eigen::MatrixXd logs = logarithms(drawn, source_values(drawn));
    means_ = logs.colwise().mean();
    factors_.resize(logs.cols());
    for (Eigen::Index f = 0; f < logs.cols(); ++f) {
        const double deviation = std::sqrt((logs.col(f).array() - means_[f]).square().mean());
        factors_[f] = deviation > 1e-9 ? 1 / deviation : 0.0;
    }
    const auto varying = static_cast<double>((factors_.array() > 0).count());
    factors_ /= std::sqrt(2 * std::max(varying, 1.0));
}

Eigen::VectorXd SmoothFeatures::source_values(const Architectures& archs) const {
    if (!source_)
        return {};
    return values_at(*source_, archs, "source model") / source_mean_;
}

Eigen::MatrixXd SmoothFeatures::logarithms(const Architectures& archs,
                                           const Eigen::VectorXd& source) const {
    const CostFeatures costs(archs.space_ptr());
    const std::vector<double> values = costs.values(archs);
    const auto rows = static_cast<Eigen::Index>(archs.size());
    const auto count = static_cast<Eigen::Index>(CostFeatures::count);
    Eigen::MatrixXd logs(rows, count + (source_ ? 1 : 0));
    // One by one: Eigen's vectors give other bits than what is left over at their end.
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index f = 0; f < count; ++f)
            logs(i, f) = std::log(values[static_cast<std::size_t>(i * count + f)] + 1);
    }
    for (Eigen::Index i = 0; source_ && i < rows; ++i)
        logs(i, count) = std::log(std::max(source[i], 1e-6));
    return logs;
}

Eigen::MatrixXd SmoothFeatures::of(const Architectures& archs,
                                   const Eigen::VectorXd& source) const {
    return (logarithms(archs, source).rowwise() - means_) * factors_.asDiagonal();
}

}  // namespace latpred

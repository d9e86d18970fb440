#include "predictors/spectral_form.hpp"

#include "base/dense_solvers.hpp"

namespace latpred {
namespace {

constexpr double rounding = 1e-14;

}  // namespace

SpectralForm::SpectralForm(const Eigen::MatrixXd& matrix) {
    SymmetricEigen found = symmetric_eigen(matrix);
    vectors_ = std::move(found.vectors);
    values_ = std::move(found.values);
    const double least = rounding * values_.cwiseAbs().maxCoeff();
    values_ = (values_.array() > least).select(values_, 0.0);
}

Eigen::VectorXd SpectralForm::inward(const Eigen::VectorXd& v) const {
    return vectors_.transpose() * v;
}

Eigen::VectorXd SpectralForm::outward(const Eigen::VectorXd& v) const {
    return vectors_ * v;
}

Eigen::VectorXd SpectralForm::solve(double shift, const Eigen::VectorXd& v) const {
    return (values_.array() > 0).select(v.array() / (values_.array() + shift), 0.0);
}

double SpectralForm::degrees(double shift) const {
    return (values_.array() / (values_.array() + shift)).sum();
}

}  // namespace latpred

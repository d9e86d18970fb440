#include "predictors/tridiagonal.hpp"

#include <Eigen/Eigenvalues>

namespace latpred {
namespace {

/// Where a singular matrix is nothing but rounding, some 1e-15 of its norm off the diagonal, the
/// factor's steps must not grow from row to row: the diagonal is lifted well above that.
constexpr double rounding = 2e-14;

}  // namespace

TridiagonalForm::TridiagonalForm(const Eigen::MatrixXd& matrix) {
    if (matrix.rows() == 1) {
        diagonal_ = matrix.diagonal();
    } else {
        const Eigen::Tridiagonalization<Eigen::MatrixXd> found(matrix);
        packed_ = found.packedMatrix();
        coefficients_ = found.householderCoefficients();
        diagonal_ = found.diagonal();
        below_ = found.subDiagonal();
    }
    double norm = diagonal_.cwiseAbs().maxCoeff();
    if (below_.size() > 0)
        norm += 2 * below_.cwiseAbs().maxCoeff();
    least_ = rounding * norm;
}

Eigen::VectorXd TridiagonalForm::inward(const Eigen::VectorXd& v) const {
    Eigen::VectorXd result = v;
    for (Eigen::Index k = 0; k < coefficients_.size(); ++k) {
        const Eigen::Index rest = v.size() - k - 2;
        const auto tail = packed_.col(k).tail(rest);
        const double along = coefficients_[k] * (result[k + 1] + tail.dot(result.tail(rest)));
        result[k + 1] -= along;
        result.tail(rest) -= along * tail;
    }
    return result;
}

Eigen::VectorXd TridiagonalForm::outward(const Eigen::VectorXd& v) const {
    Eigen::VectorXd result = v;
    for (Eigen::Index k = coefficients_.size(); k-- > 0;) {
        const Eigen::Index rest = v.size() - k - 2;
        const auto tail = packed_.col(k).tail(rest);
        const double along = coefficients_[k] * (result[k + 1] + tail.dot(result.tail(rest)));
        result[k + 1] -= along;
        result.tail(rest) -= along * tail;
    }
    return result;
}

/// Of T + shift = L D Lᵀ, from the first row on.
Eigen::VectorXd TridiagonalForm::pivots(double shift) const {
    Eigen::VectorXd found = diagonal_.array() + std::max(shift, least_);
    for (Eigen::Index i = 0; i < found.size(); ++i) {
        if (i > 0)
            found[i] -= below_[i - 1] * below_[i - 1] / found[i - 1];
        found[i] = std::max(found[i], 0.01 * least_);
    }
    return found;
}

Eigen::VectorXd TridiagonalForm::solve(double shift, const Eigen::VectorXd& v) const {
    const Eigen::VectorXd d = pivots(shift);
    Eigen::VectorXd result = v;
    for (Eigen::Index i = 1; i < d.size(); ++i)
        result[i] -= below_[i - 1] / d[i - 1] * result[i - 1];
    for (Eigen::Index i = d.size(); i-- > 0;) {
        result[i] /= d[i];
        if (i + 1 < d.size())
            result[i] -= below_[i] / d[i] * result[i + 1];
    }
    return result;
}

Eigen::VectorXd TridiagonalForm::times(const Eigen::VectorXd& v) const {
    Eigen::VectorXd result = diagonal_.cwiseProduct(v);
    const Eigen::Index rest = below_.size();
    result.tail(rest) += below_.cwiseProduct(v.head(rest));
    result.head(rest) += below_.cwiseProduct(v.tail(rest));
    return result;
}

double TridiagonalForm::degrees(double shift) const {
    const double lifted = std::max(shift, least_);
    const Eigen::VectorXd d = pivots(shift);
    double trace = 0;  // of (T + shift)⁻¹
    double from_below = 0;
    for (Eigen::Index i = d.size(); i-- > 0;) {
        const double whole = diagonal_[i] + lifted;
        const double pivot =
            i + 1 < d.size() ? std::max(whole - below_[i] * below_[i] / from_below, 0.01 * least_)
                             : whole;
        trace += 1 / std::max(d[i] + pivot - whole, lifted);
        from_below = pivot;
    }
    return static_cast<double>(d.size()) - lifted * trace;
}

}  // namespace latpred

// Cholesky factors of matrices that rounding may have made indefinite.
#pragma once

#include <Eigen/Dense>

namespace latpred {

/// The factor of a positive semidefinite matrix. Where it does not exist to rounding (labels
/// without noise leave next to nothing on the diagonal), that of the matrix with the least lift of
/// its diagonal, from 1e-15 of its trace on in steps of ten.
inline Eigen::LLT<Eigen::MatrixXd> positive_factor(const Eigen::MatrixXd& matrix) {
    Eigen::LLT<Eigen::MatrixXd> factor(matrix);
    const double trace = matrix.trace();
    for (double lift = 1e-15; factor.info() != Eigen::Success && lift < 1e-6; lift *= 10) {
        Eigen::MatrixXd lifted = matrix;
        lifted.diagonal().array() += lift * trace;
        factor.compute(lifted);
    }
    return factor;
}

}  // namespace latpred

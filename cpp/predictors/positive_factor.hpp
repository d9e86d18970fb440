// Cholesky factors of matrices that rounding may have made indefinite.
#pragma once

#include <Eigen/Dense>

namespace latpred {

/// The factor of a positive semidefinite matrix. Where it does not exist to rounding (labels
/// without noise leave next to nothing on the diagonal), that of the matrix with the least lift of
/// its diagonal, from 1e-15 of its trace on in steps of ten.
inline Eigen::LLT<Eigen::MatrixXd> positive_factor(const Eigen::MatrixXd& matrix) {
    Eigen::LLT<Eigen::MatrixXd> factor(matrix);
    double lift = 1e-15 * matrix.trace();
    for (int step = 0; factor.info() != Eigen::Success && step < 9; ++step, lift *= 10) {
        Eigen::MatrixXd lifted = matrix;
        lifted.diagonal().array() += lift;
        factor.compute(lifted);
    }
    return factor;
}

}  // namespace latpred

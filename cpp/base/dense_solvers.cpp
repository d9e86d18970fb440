#include "base/dense_solvers.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "base/dense.hpp"
#include "base/error.hpp"

namespace latpred {

SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
    if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite())
        throw DataError("eigenvalues of a matrix that is not finite");
    return {solver.eigenvalues(), solver.eigenvectors()};
}

ColumnSpace::ColumnSpace(const Eigen::MatrixXd& matrix, double threshold) {
    Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> qr(matrix.rows(), matrix.cols());
    if (threshold >= 0)
        qr.setThreshold(threshold);
    qr.compute(matrix);
    basis_ = qr.householderQ() * Eigen::MatrixXd::Identity(matrix.rows(), qr.rank());
    inverse_ = qr.solve(basis_);
}

Eigen::VectorXd ColumnSpace::least_squares(const Eigen::VectorXd& y) const {
    return product(inverse_, product(basis_.transpose(), y));
}

Eigen::MatrixXd orthogonal_complement(const Eigen::MatrixXd& matrix) {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(matrix);
    const Eigen::MatrixXd q = qr.householderQ();
    return q.rightCols(q.cols() - matrix.cols());
}

}  // namespace latpred

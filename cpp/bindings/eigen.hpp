// NumPy arrays as Eigen vectors and matrices, and back.
#pragma once

#include <Eigen/Core>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// A copy of a two-dimensional array; ConfigError, starting with `what`, for another shape.
inline Eigen::MatrixXd to_matrix(const Array<double>& array, const char* what) {
    if (array.ndim() != 2)
        throw ConfigError(message(what, ": ", array.ndim(), " dimensions, a matrix expected"));
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(array.data(), array.shape(0), array.shape(1));
}

/// ConfigError with that text unless sizes fit together: Eigen itself does not look.
inline void require_sizes(bool fit, const char* expected) {
    if (!fit)
        throw ConfigError(expected);
}

/// A copy of a square matrix; ConfigError, starting with `what`, for another shape.
inline Eigen::MatrixXd to_square(const Array<double>& array, const char* what) {
    Eigen::MatrixXd matrix = to_matrix(array, what);
    if (matrix.rows() != matrix.cols() || matrix.rows() == 0) {
        throw ConfigError(
            message(what, ": ", matrix.rows(), " x ", matrix.cols(), ", a square matrix expected"));
    }
    return matrix;
}

inline Eigen::VectorXd to_vector(const Array<double>& array) {
    return Eigen::Map<const Eigen::VectorXd>(array.data(), array.size());
}

inline py::array_t<double> to_array(const Eigen::VectorXd& vector) {
    return to_numpy(std::vector<double>(vector.begin(), vector.end()));
}

inline py::array_t<double> to_array(const Eigen::MatrixXd& matrix) {
    const Eigen::MatrixXd rows = matrix.transpose();
    return to_numpy(std::vector<double>(rows.data(), rows.data() + rows.size()),
                    {matrix.rows(), matrix.cols()});
}

}  // namespace latpred::bindings

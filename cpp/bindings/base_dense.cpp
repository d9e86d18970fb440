// Dense linear algebra, for tests against independent oracles.
#include "base/dense.hpp"
#include "base/dense_solvers.hpp"
#include "base/instruction_set.hpp"
#include "base/linear_kernels.hpp"
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"

namespace latpred::bindings {
namespace {

struct Counting final : Monitor {
    void poll() override { ++polls; }
    int polls = 0;
};

py::dict factor_of(const Array<double>& matrix, const Array<double>& b, bool lift) {
    const Eigen::MatrixXd whole = to_matrix(matrix, "matrix");
    const Eigen::MatrixXd right = to_matrix(b, "b");
    require_sizes(right.rows() == whole.rows(), "b: as many rows as the matrix has expected");
    const Cholesky cholesky = lift ? positive_factor(whole) : Cholesky(whole);
    py::dict result;
    result["holds"] = cholesky.holds();
    if (!cholesky.holds())
        return result;
    result["lower"] = to_array(cholesky.lower());
    result["log_determinant"] = cholesky.log_determinant();
    result["solved"] = to_array(cholesky.solve(right));
    result["inverse"] = to_array(cholesky.inverse());
    result["inverse_diagonal"] = to_array(cholesky.inverse_diagonal());
    return result;
}

void bind_solvers(py::module_& m) {
    m.def(
        "symmetric_eigen",
        [](const Array<double>& matrix) {
            const SymmetricEigen found = symmetric_eigen(to_square(matrix, "matrix"));
            return py::make_tuple(to_array(found.values), to_array(found.vectors));
        },
        py::arg("matrix"), "Eigenvalues, ascending, and eigenvectors, as columns.");
    m.def(
        "least_squares",
        [](const Array<double>& matrix, const Array<double>& y, double threshold) {
            const Eigen::MatrixXd columns = to_matrix(matrix, "matrix");
            require_sizes(columns.size() > 0 && y.size() == columns.rows(),
                          "y: as many numbers as the matrix has rows expected");
            const ColumnSpace space(columns, threshold);
            return py::make_tuple(to_array(space.least_squares(to_vector(y))),
                                  to_array(space.basis()));
        },
        py::arg("matrix"), py::arg("y"), py::arg("threshold") = -1,
        "Coefficients of least length, and an orthonormal basis of the columns.");
    m.def(
        "orthogonal_complement",
        [](const Array<double>& matrix) {
            const Eigen::MatrixXd columns = to_matrix(matrix, "matrix");
            require_sizes(columns.cols() > 0 && columns.rows() >= columns.cols(),
                          "matrix: at least as many rows as columns expected");
            return to_array(orthogonal_complement(columns));
        },
        py::arg("matrix"), "An orthonormal basis of what is orthogonal to all columns.");
}

}  // namespace

void bind_dense(py::module_& m) {
    m.def("instruction_set", &instruction_set_name,
          "The vector instructions that the hand-written kernels use.");
    m.def("instruction_sets", &instruction_sets, "Those that this machine runs, the best first.");
    m.def("use_instruction_set", &use_instruction_set, py::arg("name"),
          "Chooses one for the whole process. Raises ConfigError.");
    m.def(
        "product",
        [](const Array<double>& a, const Array<double>& b, bool transposed) {
            const Eigen::MatrixXd left = to_matrix(a, "a");
            const Eigen::MatrixXd right = to_matrix(b, "b");
            return to_array(transposed ? product(left.transpose(), right) : product(left, right));
        },
        py::arg("a"), py::arg("b"), py::kw_only(), py::arg("transposed") = false,
        "a b, or the transpose of a times b.");
    m.def(
        "gram", [](const Array<double>& a) { return to_array(gram(to_matrix(a, "a"))); },
        py::arg("a"), "a times its transpose.");
    m.def("cholesky", &factor_of, py::arg("matrix"), py::arg("b"), py::kw_only(),
          py::arg("lift") = false,
          "holds, lower, log_determinant, solved (for b), inverse, inverse_diagonal; with `lift` "
          "raises DataError where no small lift of the diagonal makes the matrix positive.");
    m.def(
        "exponential_pair",
        [](const Array<double>& values, double fast, double slow, double slow_rate) {
            Eigen::VectorXd sums = to_vector(values);
            const double amounts[2] = {fast, slow};
            exponential_pair(sums.data(), static_cast<std::size_t>(sums.size()), amounts,
                             slow_rate);
            return to_array(sums);
        },
        py::arg("values"), py::arg("fast"), py::arg("slow"), py::arg("slow_rate"),
        "fast * exp(-16 rate value) + slow * exp(-rate value).");
    m.def(
        "polls_of_factor",
        [](const Array<double>& matrix) {
            Counting monitor;
            (void)Cholesky(to_matrix(matrix, "matrix"), monitor);
            return monitor.polls;
        },
        py::arg("matrix"), "How often factorising a matrix asks whether it shall stop.");
    bind_solvers(m);
}

}  // namespace latpred::bindings

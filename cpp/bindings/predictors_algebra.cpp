// The linear algebra under the fits, for tests against independent oracles.
#include <algorithm>

#include <Eigen/SparseCore>

#include "base/error.hpp"
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"
#include "predictors/sparse_ridge.hpp"
#include "predictors/variance_components.hpp"

namespace latpred::bindings {
namespace {

py::dict solve_ridge(const Array<double>& x, const Array<double>& covariance,
                     const Array<double>& y, const Array<double>& precision, double lambda) {
    const FeatureMatrix features = to_matrix(x, "x").sparseView();
    const Eigen::VectorXd values = to_vector(y);
    const Eigen::MatrixXd prior = to_matrix(covariance, "covariance");
    const Eigen::VectorXd weights = to_vector(precision);
    if (features.rows() != values.size() || weights.size() != values.size() ||
        prior.rows() != features.cols() || prior.cols() != features.cols())
        throw ConfigError("structured_ridge: shapes differ");
    require_sizes(values.allFinite() && weights.allFinite() && prior.allFinite(),
                  "structured_ridge: finite numbers expected");
    const PriorMap factor = Eigen::MatrixXd(prior.llt().matrixL()).sparseView();
    const DenseRidge ridge(features, factor, weights);
    const DenseRidge::Choice choice = ridge.cross_validate(values);
    py::dict result;
    result["weights"] = to_array(ridge.solve(lambda, values));
    result["by_factor"] =
        to_array(StructuredRidge(features, factor, values).solve(lambda, weights));
    result["by_steps"] =
        to_array(SparseRidge(features, factor, weights, Monitor::none()).solve(lambda, values));
    result["cross_validated"] = choice.lambda;
    result["degrees"] = choice.degrees;
    return result;
}

py::dict find_variances(const std::vector<Array<double>>& kernels, const Array<double>& y,
                        const Array<double>& factors, int iterations, double huber) {
    std::vector<Eigen::MatrixXd> matrices;
    for (const Array<double>& kernel : kernels)
        matrices.push_back(to_square(kernel, "kernel"));
    const auto fits = [&](const Eigen::MatrixXd& kernel) { return kernel.rows() == y.size(); };
    require_sizes(!matrices.empty() && factors.size() == y.size() &&
                      std::ranges::all_of(matrices, fits),
                  "variance_components: kernels of N x N numbers, N of y and of factors expected");
    const VarianceComponents found = variance_components(
        matrices, to_vector(y), to_vector(factors), {.iterations = iterations, .huber = huber});
    py::dict result;
    result["variances"] = to_array(found.variances);
    result["noise"] = found.noise;
    result["weights"] = to_array(found.weights);
    return result;
}

}  // namespace

void bind_predictor_algebra(py::module_& m) {
    m.def("structured_ridge", &solve_ridge, py::arg("x"), py::arg("covariance"), py::arg("y"),
          py::arg("precision"), py::arg("ridge"),
          "Weights at `ridge`, and the ridge that cross-validation chooses with its degrees of "
          "freedom.");
    m.def("variance_components", &find_variances, py::arg("kernels"), py::arg("y"),
          py::arg("factors"), py::kw_only(), py::arg("iterations"), py::arg("huber"),
          "variances, noise and weights by maximal marginal likelihood.");
}

}  // namespace latpred::bindings

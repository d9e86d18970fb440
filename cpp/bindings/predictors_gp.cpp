#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "predictors/gaussian_process.hpp"

namespace latpred::bindings {
namespace {

py::array_t<double> deviations_of(const GaussianProcess& model, const Architectures& archs) {
    std::vector<double> values(archs.size());
    PythonMonitor monitor(std::nullopt);
    {
        const Cancellable cancellable;
        model.deviations(archs, values, monitor);
    }
    return to_numpy(std::move(values));
}

py::array_t<double> covariance_of(const GaussianProcess& model, const Architectures& a,
                                  const Architectures& b) {
    return to_array(model.covariance(a, b));
}

std::map<std::string, double> shares_of(const GaussianProcess& model) {
    std::map<std::string, double> shares;
    const std::vector<std::string> names = model.layers();
    for (std::size_t i = 0; i < names.size(); ++i)
        shares[names[i]] = std::sqrt(model.state().variances[static_cast<Eigen::Index>(i)]);
    return shares;
}

py::array_t<double> weights_of(const GaussianProcess& model) {
    return to_array(model.state().weights);
}

}  // namespace

void bind_gaussian_process(py::module_& m) {
    py::class_<GaussianProcess, Predictor, std::shared_ptr<GaussianProcess>>(
        m, "GaussianProcess", "The mean of a Gaussian process, and its deviations.")
        .def("deviations", &deviations_of, py::arg("archs"),
             "N standard deviations of a measurement, in the unit of the values.")
        .def("covariance", &covariance_of, py::arg("a"), py::arg("b"),
             "A x B prior covariances of values relative to their mean.")
        .def_property_readonly("noise",
                               [](const GaussianProcess& p) { return std::sqrt(p.state().noise); })
        .def_property_readonly("spread", [](const GaussianProcess& p) { return p.state().spread; })
        .def_property_readonly("layers", &shares_of)
        .def_property_readonly("rows", [](const GaussianProcess& p) { return p.state().rows; })
        .def_property_readonly("row_weights", &weights_of);
}

}  // namespace latpred::bindings

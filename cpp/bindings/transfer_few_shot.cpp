// Few-shot transfer: fitters of several devices, and what they learnt.
#include <algorithm>

#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/predictors_hardware.hpp"
#include "bindings/spaces.hpp"
#include "bindings/transfer.hpp"
#include "transfer/evidence.hpp"
#include "transfer/few_shot.hpp"
#include "transfer/few_shot_model.hpp"

namespace latpred::bindings {
namespace {

std::shared_ptr<Adaptable> fit_devices(const FewShotFitter& fitter, const DeviceTables& tables,
                                       std::uint64_t seed, MaybeProgress progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return std::const_pointer_cast<Adaptable>(
        fitter.fit(devices, {.seed = seed, .monitor = &monitor}));
}

std::shared_ptr<Predictor> adapt_to(const Adaptable& learnt, const Architectures& archs,
                                    const Array<double>& values, std::uint64_t seed) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    return learnt.adapt({archs, y}, {.seed = seed, .monitor = &monitor});
}

py::array_t<std::size_t> choose_for(const Adaptable& learnt, const Architectures& archs,
                                    std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> rows;
    PythonMonitor monitor{std::nullopt};
    {
        const Cancellable cancellable;
        rows = learnt.choose(archs, count, {.seed = seed, .monitor = &monitor});
    }
    return to_numpy(std::move(rows));
}

}  // namespace

void bind_few_shot(py::module_& m) {
    py::class_<Adaptable, std::shared_ptr<Adaptable>>(
        m, "Adaptable", "What was learnt from several devices, for another one.")
        .def("adapt", &adapt_to, py::arg("archs"), py::arg("values"), py::kw_only(),
             py::arg("seed") = 0,
             "A model of the device that N networks were measured on. Raises DataError, "
             "SchemaError, ConfigError.")
        .def("choose", &choose_for, py::arg("archs"), py::arg("n"), py::kw_only(),
             py::arg("seed") = 0,
             "Rows of the n networks to measure; none without a preference. Raises DataError.");
    py::class_<FewShotFitter, DeviceFitter, std::shared_ptr<FewShotFitter>>(m, "FewShotFitter",
                                                                            "Of TransferPredictor.")
        .def(py::init<std::string>(), py::arg("method"), "Raises ConfigError.")
        .def("fit", &fit_devices, py::arg("tables"), py::kw_only(), py::arg("seed") = 0,
             py::arg("progress") = py::none(),
             "Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, "
             "DataError, SchemaError.");
    py::class_<FewShotModel, Predictor, std::shared_ptr<FewShotModel>>(
        m, "FewShotModel", "A device's model from a few samples and other devices' models.")
        .def_property_readonly("shares", [](const FewShotModel& model) {
            std::vector<double> shares;
            for (const LinearProcess& process : model.state().processes)
                shares.push_back(process.share);
            return shares;
        });
    m.def(
        "maximal_evidence",
        [](const std::vector<Array<double>>& kernels, const Array<double>& y,
           const std::vector<double>& variances) {
            std::vector<Eigen::MatrixXd> matrices;
            for (const Array<double>& kernel : kernels)
                matrices.push_back(to_square(kernel, "kernel"));
            const std::span<const double> values = view(y);
            const auto n = static_cast<Eigen::Index>(values.size());
            require_sizes(variances.size() == kernels.size() &&
                              std::ranges::all_of(matrices,
                                                  [n](const Eigen::MatrixXd& kernel) {
                                                      return kernel.rows() == n;
                                                  }),
                          "maximal_evidence: N x N kernels and a variance of each expected");
            const Evidence found = maximal_evidence(
                matrices, Eigen::Map<const Eigen::VectorXd>(values.data(), n), {variances});
            return py::make_tuple(found.variances, found.noise, found.log_likelihood);
        },
        py::arg("kernels"), py::arg("y"), py::arg("variances"),
        "(variances, noise, logarithm) of a posterior, for tests.");
    m.def("few_shot_methods", &few_shot_methods, "Names of the methods, \"best\" first.");
}

}  // namespace latpred::bindings

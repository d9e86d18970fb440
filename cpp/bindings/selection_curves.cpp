#include "bindings/monitor.hpp"
#include "bindings/predictors_hardware.hpp"
#include "bindings/selection.hpp"
#include "bindings/spaces.hpp"
#include "selection/learning_curve.hpp"
#include "selection/leave_one_out.hpp"

namespace latpred::bindings {
namespace {

/// (errors of each fit or None, seconds of each, rows judged by); F x S x R each, row-major.
py::tuple fit_learning_curves(const std::vector<SharedFitter>& given, const Architectures& archs,
                              const Array<double>& values, std::vector<std::size_t> sizes,
                              std::size_t repeats, std::uint64_t seed, double test_share, bool gaps,
                              const std::optional<Architectures>& test_archs,
                              const Array<double>& test_values, std::uint64_t fit_seed,
                              MaybeProgress progress) {
    const std::vector<FitterPtr> fitters(given.begin(), given.end());
    const std::span<const double> y = view(values);
    std::optional<Rows> test;
    if (test_archs)
        test.emplace(Rows{*test_archs, view(test_values)});
    PythonMonitor monitor(std::move(progress));
    LearningCurves found;
    {
        const Cancellable cancellable;
        found = learning_curves(fitters, {archs, y}, test,
                                {std::move(sizes), repeats, seed, test_share, gaps},
                                {.seed = fit_seed, .monitor = &monitor});
    }
    return py::make_tuple(std::move(found.errors), to_numpy(std::move(found.seconds)),
                          found.test_rows);
}

std::vector<Evaluation> leave_groups_out(const DeviceFitter& fitter, const DeviceTables& tables,
                                         double test_share, std::uint64_t seed,
                                         std::uint64_t fit_seed, MaybeProgress progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return leave_one_group_out(fitter, devices, test_share, seed,
                               {.seed = fit_seed, .monitor = &monitor});
}

}  // namespace

void bind_curves(py::module_& m) {
    m.def("learning_curves", &fit_learning_curves, py::arg("fitters"), py::arg("archs"),
          py::arg("values"), py::kw_only(), py::arg("sizes"), py::arg("repeats"), py::arg("seed"),
          py::arg("test_share"), py::arg("gaps"), py::arg("test_archs") = py::none(),
          py::arg("test_values") = Array<double>(0), py::arg("fit_seed") = 0,
          py::arg("progress") = py::none(),
          "(evaluations or None, seconds), each fitters x sizes x repeats, row-major, and the "
          "number of rows judged by. Raises ConfigError, DataError; as fits.");
    m.def("leave_one_group_out", &leave_groups_out, py::arg("fitter"), py::arg("tables"),
          py::kw_only(), py::arg("test_share"), py::arg("seed"), py::arg("fit_seed"),
          py::arg("progress") = py::none(),
          "The evaluation of each device by a fit of the others. Raises DataError; as fits.");
    m.def(
        "over_repeats",
        [](const Array<double>& errors) {
            std::vector<double> mean, least, most;
            const py::ssize_t repeats = errors.ndim() == 0 ? 0 : errors.shape(errors.ndim() - 1);
            for (const Repeats& one :
                 over_repeats(view(errors), static_cast<std::size_t>(repeats))) {
                mean.push_back(one.mean);
                least.push_back(one.least);
                most.push_back(one.most);
            }
            return py::make_tuple(to_numpy(std::move(mean)), to_numpy(std::move(least)),
                                  to_numpy(std::move(most)));
        },
        py::arg("errors"),
        "(means, least, most) over the last axis, one after another. Raises DataError.");
    m.def(
        "split_devices",
        [](const DeviceTables& tables, const std::vector<double>& fractions, std::uint64_t seed) {
            return split_devices(device_rows(tables), fractions, seed);
        },
        py::arg("tables"), py::arg("fractions"), py::arg("seed"),
        "Part -> device -> numbers of its rows, by architecture. Raises ConfigError, SchemaError.");
}

}  // namespace latpred::bindings

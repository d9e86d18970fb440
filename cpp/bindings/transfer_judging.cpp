// Judging of transfer between devices.
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/spaces.hpp"
#include "bindings/transfer.hpp"
#include "transfer/ceiling.hpp"
#include "transfer/device_map.hpp"
#include "transfer/judging.hpp"

namespace latpred::bindings {
namespace {

DeviceMatrix make_matrix(const Architectures& archs, const Array<double>& latency_ms) {
    if (latency_ms.ndim() != 2 || static_cast<std::size_t>(latency_ms.shape(0)) != archs.size()) {
        throw DataError(message("device tables: latencies of ", archs.size(),
                                " networks x D devices expected"));
    }
    const std::span<const double> values = view(latency_ms);
    const Cancellable cancellable;
    return {archs, values};
}

std::vector<DeviceJudgement> judge(const DeviceFitter& fitter, const DeviceMatrix& tables,
                                   std::vector<std::size_t> sources,
                                   std::vector<std::size_t> targets, std::size_t samples,
                                   std::size_t source_samples, const std::string& sampler,
                                   double confidence, std::uint64_t seed, MaybeProgress progress) {
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return judge_transfer(
        fitter, tables,
        {std::move(sources), std::move(targets), samples, source_samples, {}, sampler, confidence},
        {.seed = seed, .monitor = &monitor});
}

/// (what is learnt from the sources, for each target its measured networks and their latencies).
py::tuple learnt_task(const DeviceFitter& fitter, const DeviceMatrix& tables,
                      std::vector<std::size_t> sources, std::vector<std::size_t> targets,
                      std::size_t samples, std::size_t source_samples, const std::string& sampler,
                      std::uint64_t seed) {
    const JudgePlan plan{
        std::move(sources), std::move(targets), samples, source_samples, {}, sampler};
    AdaptablePtr learnt;
    std::vector<RowSelection> measured;
    {
        PythonMonitor monitor{std::nullopt};
        const Cancellable cancellable;
        const FitContext context{.seed = seed, .monitor = &monitor};
        learnt = learn_sources(fitter, tables, plan, context);
        for (const std::size_t target : plan.targets)
            measured.emplace_back(Rows{tables.archs(), tables.device(target)},
                                  choose_samples(*learnt, tables, target, plan, context));
    }
    py::list rows;
    for (RowSelection& one : measured)
        rows.append(py::make_tuple(std::move(one.archs), to_numpy(std::move(one.values))));
    return py::make_tuple(std::const_pointer_cast<Adaptable>(learnt), rows);
}

py::array_t<double> ceilings(const DeviceMatrix& tables, const std::vector<std::size_t>& columns) {
    std::vector<double> found;
    {
        const Cancellable cancellable;
        found = transfer_ceilings(tables, columns);
    }
    return to_numpy(std::move(found));
}

py::tuple map_of(const Array<double>& correlations) {
    const Eigen::MatrixXd given = to_square(correlations, "device map");
    DeviceMap map;
    {
        const Cancellable cancellable;
        map = device_map(given);
    }
    return py::make_tuple(to_array(map.places), map.shown);
}

}  // namespace

void bind_judging(py::module_& m) {
    py::class_<DeviceMatrix>(m, "DeviceMatrix", "Latencies of different networks on D devices.")
        .def(py::init(&make_matrix), py::arg("archs"), py::arg("latency_ms"),
             "Of N networks and N x D latencies in ms. Raises DataError.")
        .def_property_readonly("networks", &DeviceMatrix::networks, "Different ones.")
        .def_property_readonly("devices", &DeviceMatrix::devices, "D.")
        .def_property_readonly(
            "key", [](const DeviceMatrix& tables) { return tables.key(); },
            "Hash of the content, whatever the order of rows and devices.")
        .def(
            "device_key",
            [](const DeviceMatrix& tables, std::size_t column) {
                require_sizes(column < tables.devices(), "device_key: no such device");
                return tables.key(column);
            },
            py::arg("column"), "Hash of the networks and one device's latencies.");
    py::class_<DeviceJudgement>(m, "DeviceJudgement", "How well a target device was served.")
        .def_readonly("errors", &DeviceJudgement::errors, "Over all networks but the samples.")
        .def_readonly("median_ape_percent", &DeviceJudgement::median_ape_percent,
                      "Median of the relative errors.")
        .def_readonly("coverage_percent", &DeviceJudgement::coverage_percent,
                      "Share of the networks inside their interval, 0 to 100.")
        .def_readonly("width_percent", &DeviceJudgement::width_percent,
                      "Mean width of the intervals, of the true latency.")
        .def_readonly("parameters", &DeviceJudgement::parameters,
                      "Trainable ones of the model; NaN where it does not say.")
        .def_readonly("failure", &DeviceJudgement::failure, "Why there are no numbers.")
        .def_readonly("no_interval", &DeviceJudgement::no_interval, "Why there are no intervals.");
    m.def("judge", &judge, py::arg("fitter"), py::arg("tables"), py::kw_only(), py::arg("sources"),
          py::arg("targets"), py::arg("samples"), py::arg("source_samples"), py::arg("sampler"),
          py::arg("confidence"), py::arg("seed"), py::arg("progress") = py::none(),
          "A judgement of each target. Raises ConfigError, DataError; as the method.");
    m.def("learnt_task", &learnt_task, py::arg("fitter"), py::arg("tables"), py::kw_only(),
          py::arg("sources"), py::arg("targets"), py::arg("samples"), py::arg("source_samples"),
          py::arg("sampler"), py::arg("seed"),
          "(what is learnt, [(networks measured, latencies in ms) of each target]). Raises as "
          "judge.");
    m.def("device_map", &map_of, py::arg("correlations"),
          "(D x 2 places, share shown). Raises ConfigError, DataError.");
    m.def("ceilings", &ceilings, py::arg("tables"), py::arg("columns"),
          "Rank correlation that thousands of rows of the device itself give. Raises ConfigError.");
}

}  // namespace latpred::bindings

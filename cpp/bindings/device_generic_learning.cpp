// Models of architecture factors and of devices that are known by their data sheets.
#include <optional>

#include "bindings/device_generic.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/spaces.hpp"
#include "device_generic/device_generic.hpp"
#include "device_generic/factor_model.hpp"
#include "device_generic/judging.hpp"

namespace latpred::bindings {
namespace {

using MaybeNumbers = std::optional<DeviceNumbers>;
/// (architectures, N factors).
using MaybeFactors = std::optional<std::tuple<Architectures, Array<double>>>;
/// (name, architectures, latencies in ms, numbers or none) of each device.
using Described = std::vector<std::tuple<std::string, Architectures, Array<double>, MaybeNumbers>>;
using MaybeFitter = std::optional<SharedFitter>;

std::vector<DescribedRows> rows_of(const Described& devices) {
    std::vector<DescribedRows> found;
    for (const auto& [name, archs, latency_ms, numbers] : devices)
        found.push_back({name, {archs, view(latency_ms)}, numbers});
    return found;
}

std::optional<Rows> rows_of(const MaybeFactors& factors) {
    if (!factors)
        return std::nullopt;
    return Rows{std::get<0>(*factors), view(std::get<1>(*factors))};
}

std::shared_ptr<DeviceGeneric> learn_devices(const MaybeFactors& factors, const Described& devices,
                                             const MaybeFitter& fitter, std::uint64_t seed,
                                             MaybeProgress progress) {
    const std::optional<Rows> published = rows_of(factors);
    const std::vector<DescribedRows> rows = rows_of(devices);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return std::make_shared<DeviceGeneric>(learn(published ? &*published : nullptr, rows,
                                                 fitter.value_or(nullptr),
                                                 {.seed = seed, .monitor = &monitor}));
}

std::vector<std::vector<DeviceJudgement>>
judge_devices(const MaybeFactors& factors, const Described& devices, const MaybeFitter& fitter,
              const GenericPlan& plan, std::uint64_t seed, int threads, MaybeProgress progress) {
    const std::optional<Rows> published = rows_of(factors);
    const std::vector<DescribedRows> rows = rows_of(devices);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return judge_device_generic(published ? &*published : nullptr, rows, fitter.value_or(nullptr),
                                plan, {seed, threads, &monitor});
}

std::shared_ptr<Predictor> adapt_device(const DeviceGeneric& learnt, const Architectures& archs,
                                        const Array<double>& values, const MaybeNumbers& numbers,
                                        std::uint64_t seed) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    return learnt.adapt_to({archs, y}, numbers, {.seed = seed, .monitor = &monitor});
}

void bind_factor_models(py::module_& m) {
    m.def("factor_methods", &factor_methods, "Names of the methods of FactorFitter.");
    py::class_<FactorFitter, Fitter, std::shared_ptr<FactorFitter>>(m, "FactorFitter",
                                                                    "Of FactorPredictor.")
        .def(py::init<std::string>(), py::arg("method") = "structure", "Raises ConfigError.");
    py::class_<FactorModel, Predictor, std::shared_ptr<FactorModel>>(
        m, "FactorModel", "Architecture factors as a function of features.");
    py::class_<DeviceModel, Predictor, std::shared_ptr<DeviceModel>>(
        m, "DeviceModel", "Latency of a device that is known by its data sheet or by samples.")
        .def_property_readonly(
            "level", [](const DeviceModel& model) { return model.state().level; },
            "Logarithm of the ms that an architecture factor of 1 takes.")
        .def_property_readonly(
            "has_companion",
            [](const DeviceModel& model) { return model.state().companion != nullptr; },
            "Whether a model without architecture factors predicts in its place.");
}

void bind_plan(py::module_& m) {
    py::class_<GenericPlan>(m, "GenericPlan", "How the model is judged.")
        .def(py::init([](std::size_t samples, std::size_t repeats, double test_fraction,
                         bool measured, const std::string& sampler, double confidence) {
                 return GenericPlan{samples, repeats, test_fraction, measured, sampler, confidence};
             }),
             py::kw_only(), py::arg("samples"), py::arg("repeats"), py::arg("test_fraction"),
             py::arg("measured"), py::arg("sampler"), py::arg("confidence"));
}

}  // namespace

void bind_device_generic_learning(py::module_& m) {
    bind_factor_models(m);
    bind_plan(m);
    py::class_<DeviceGeneric, Adaptable, std::shared_ptr<DeviceGeneric>>(
        m, "DeviceGeneric", "What published factors and measured devices say of others.")
        .def("described", &DeviceGeneric::described, py::arg("numbers"), Release(),
             "A model of a device that nothing was measured on. Raises ConfigError, DataError.")
        .def("adapt_to", &adapt_device, py::arg("archs"), py::arg("values"), py::arg("numbers"),
             py::kw_only(), py::arg("seed") = 0,
             "A model of a device with N samples, described or not. Raises DataError, SchemaError.")
        .def_property_readonly(
            "audited",
            [](const DeviceGeneric& learnt) {
                const FactorTable& table = *learnt.knowledge().table;
                return table.networks.select(table.audited);
            },
            "Networks whose published factor was left out.")
        .def_property_readonly(
            "shape_errors",
            [](const DeviceGeneric& learnt) { return learnt.knowledge().shape_errors; },
            "Mean squared log deviations of devices left out: without shapes, then by length.")
        .def_property_readonly(
            "offset_errors",
            [](const DeviceGeneric& learnt) { return learnt.knowledge().offset_errors; },
            "The same of their offsets.")
        .def_property_readonly(
            "believed", [](const DeviceGeneric& learnt) { return learnt.knowledge().common.share; },
            "Share of a network's own deviation that is taken over.");
    m.def("learn", &learn_devices, py::arg("factors"), py::arg("devices"), py::kw_only(),
          py::arg("fitter") = py::none(), py::arg("seed") = 0, py::arg("progress") = py::none(),
          "From (archs, factors) or none, and (name, archs, ms, numbers or none) of devices. "
          "Raises ConfigError, DataError, SchemaError.");
    m.def("judge_devices", &judge_devices, py::arg("factors"), py::arg("devices"), py::kw_only(),
          py::arg("fitter"), py::arg("plan"), py::arg("seed"), py::arg("threads"),
          py::arg("progress") = py::none(),
          "Judgements of each device, one a split. Raises ConfigError, DataError, SchemaError.");
}

}  // namespace latpred::bindings

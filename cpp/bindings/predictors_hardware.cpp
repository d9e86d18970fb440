// Models of several devices.
#include "bindings/predictors_hardware.hpp"

#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "predictors/hardware_additive.hpp"
#include "predictors/registry.hpp"

namespace latpred::bindings {
namespace {

std::shared_ptr<HardwareModel> fit_devices(const HardwareFitter& fitter, const DeviceTables& tables,
                                           std::uint64_t seed, MaybeProgress progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return fitter.fit_model(devices, {.seed = seed, .monitor = &monitor});
}

void bind_device_models(py::module_& m) {
    py::class_<HardwareTable>(m, "HardwareTable", "Names and parameters of D devices.")
        .def_readonly("parameters", &HardwareTable::parameters)
        .def_readonly("devices", &HardwareTable::devices)
        .def_readonly("values", &HardwareTable::values);
    py::class_<HardwareModel, Predictor, std::shared_ptr<HardwareModel>>(
        m, "HardwareModel", "A model of several devices.")
        .def_property_readonly("table", &HardwareModel::table)
        .def("for_device", &HardwareModel::for_device, py::arg("name"), Release(),
             "Raises ConfigError for a device it was not fitted on.")
        .def(
            "for_parameters",
            [](const HardwareModel& model, const std::vector<double>& values,
               const std::string& name) { return model.for_parameters(values, name); },
            py::arg("values"), py::arg("name"), Release(), "Raises ConfigError, DataError.");
    py::class_<HardwareAdditive, HardwareModel, std::shared_ptr<HardwareAdditive>>(
        m, "HardwareAdditive", "Block tables shared by devices, and deviations of each.");
}

}  // namespace

std::vector<DeviceRows> device_rows(const DeviceTables& tables) {
    std::vector<DeviceRows> rows;
    for (const auto& [name, archs, latency, parameters] : tables)
        rows.push_back({name, {archs, view(latency)}, parameters});
    return rows;
}

void bind_hardware_models(py::module_& m) {
    bind_device_models(m);
    py::class_<DeviceFitter, std::shared_ptr<DeviceFitter>>(
        m, "DeviceFitter", "Settings of what learns from several devices.")
        .def_property_readonly("kind", &DeviceFitter::kind)
        .def_property_readonly("settings", &DeviceFitter::settings,
                               "JSON text for `device_fitter_from_settings`.");
    py::class_<HardwareFitter, DeviceFitter, std::shared_ptr<HardwareFitter>>(
        m, "HardwareFitter", "Of HardwareAwarePredictor.")
        .def("fit", &fit_devices, py::arg("tables"), py::kw_only(), py::arg("seed") = 0,
             py::arg("progress") = py::none(),
             "Of (name, archs, latencies in ms, parameters) of each device. Raises DataError, "
             "ConfigError, SchemaError.");
    py::class_<HardwareAdditiveFitter, HardwareFitter, std::shared_ptr<HardwareAdditiveFitter>>(
        m, "HardwareAdditiveFitter", "Of the form \"additive\".")
        .def(py::init([](std::vector<std::string> parameters, double huber, int evidence_rows,
                         bool from_two) {
                 return std::make_shared<HardwareAdditiveFitter>(
                     std::move(parameters), HardwareAdditiveOptions{huber, evidence_rows},
                     from_two);
             }),
             py::arg("parameters"), py::kw_only(), py::arg("huber"), py::arg("evidence_rows"),
             py::arg("from_two"), "Settings of latpred.HardwareAwarePredictor.");
    m.def(
        "device_fitter_from_settings",
        [](const std::string& text) {
            return std::const_pointer_cast<DeviceFitter>(device_fitter_from_settings(text));
        },
        py::arg("text"), "From `DeviceFitter.settings`. Raises ConfigError.");
}

}  // namespace latpred::bindings

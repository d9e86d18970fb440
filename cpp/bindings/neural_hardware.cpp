#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "neural/hardware_mlp.hpp"
#include "predictors/hardware_additive.hpp"
#include "predictors/rehouse.hpp"

namespace latpred::bindings {
namespace {

/// (architectures, latencies in ms) of each device.
using Tables = std::vector<std::pair<Architectures, Array<double>>>;

/// All rows in the space of the first table.
HardwareRows joined(const Tables& tables) {
    if (tables.empty())
        throw ConfigError("hardware: no table");
    HardwareRows rows{Architectures(tables.front().first.space_ptr()), {}, {}};
    for (std::size_t d = 0; d < tables.size(); ++d) {
        const auto& [archs, latency] = tables[d];
        const std::span<const double> values = view(latency);
        if (values.size() != archs.size())
            throw DataError(message("hardware: table ", d, ": ", values.size(), " latencies for ",
                                    archs.size(), " architectures"));
        rows.archs.append(as_rows_of(rows.archs.space_ptr(), archs, "hardware: tables"));
        rows.latency.insert(rows.latency.end(), values.begin(), values.end());
        rows.device.insert(rows.device.end(), values.size(), d);
    }
    return rows;
}

std::shared_ptr<HardwareAdditive> fit_additive_form(const Tables& tables,
                                                    const HardwareTable& table, double huber,
                                                    int evidence_rows) {
    const HardwareRows rows = joined(tables);
    PythonMonitor monitor{std::nullopt};
    const py::gil_scoped_release release;
    return fit_hardware_additive(table, rows, {huber, evidence_rows},
                                 fitted_info("hardware-additive", rows.archs, rows.latency, ""),
                                 monitor);
}

std::shared_ptr<HardwareMlp> fit_mlp_form(const Tables& tables, const HardwareTable& table,
                                          std::vector<std::size_t> hidden, std::string encoding,
                                          std::size_t epochs, std::size_t batch_size,
                                          double learning_rate, double weight_decay,
                                          double validation_share, std::uint64_t seed,
                                          std::optional<py::function> progress) {
    const HardwareRows rows = joined(tables);
    PythonMonitor monitor(std::move(progress));
    const py::gil_scoped_release release;
    return fit_hardware_mlp(table, rows,
                            {std::move(hidden), std::move(encoding), epochs, batch_size,
                             learning_rate, weight_decay, validation_share, seed},
                            fitted_info("hardware-mlp", rows.archs, rows.latency, ""), monitor);
}

void bind_models(py::module_& m) {
    py::class_<HardwareTable>(m, "HardwareTable", "Names and parameters of D devices.")
        .def(py::init([](std::vector<std::string> parameters, std::vector<std::string> devices,
                         std::vector<std::vector<double>> values) {
                 HardwareTable table{std::move(parameters), std::move(devices), std::move(values)};
                 table.check();
                 return table;
             }),
             py::arg("parameters"), py::arg("devices"), py::arg("values"), "Raises ConfigError.")
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
               const std::string& name,
               bool from_two) { return model.for_parameters(values, name, from_two); },
            py::arg("values"), py::arg("name"), py::arg("from_two") = false, Release(),
            "Raises ConfigError, DataError.");
    py::class_<HardwareAdditive, HardwareModel, std::shared_ptr<HardwareAdditive>>(
        m, "HardwareAdditive", "Block tables shared by devices, and deviations of each.");
    py::class_<HardwareMlp, HardwareModel, std::shared_ptr<HardwareMlp>>(
        m, "HardwareMlp", "A perceptron over architecture and hardware.");
}

}  // namespace

void bind_hardware(py::module_& m) {
    register_predictor("hardware-additive", &load_hardware_additive);
    register_predictor("hardware-mlp", &load_hardware_mlp);
    bind_models(m);
    m.def("fit_hardware_additive", &fit_additive_form, py::arg("tables"), py::arg("hardware"),
          py::kw_only(), py::arg("huber"), py::arg("evidence_rows"),
          "Raises DataError, ConfigError, SchemaError.");
    m.def("fit_hardware_mlp", &fit_mlp_form, py::arg("tables"), py::arg("hardware"), py::kw_only(),
          py::arg("hidden"), py::arg("encoding"), py::arg("epochs"), py::arg("batch_size"),
          py::arg("learning_rate"), py::arg("weight_decay"), py::arg("validation_share"),
          py::arg("seed"), py::arg("progress") = py::none(),
          "Raises DataError, ConfigError, SchemaError, TrainingError.");
}

}  // namespace latpred::bindings

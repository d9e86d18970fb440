// HELP, meta-learning over devices.
#include <algorithm>
#include <optional>

#include "bindings/monitor.hpp"
#include "bindings/predictors_hardware.hpp"
#include "bindings/training.hpp"
#include "neural/help.hpp"

namespace latpred::bindings {

void bind_help(py::module_& m);

namespace {

/// A training with the rows that it views.
struct BoundHelp {
    DeviceTables tables;
    std::vector<DeviceRows> devices;
    std::unique_ptr<HelpTraining> training;
    std::uint64_t seed;
};

std::unique_ptr<BoundHelp> start_help(const HelpSettings& settings, DeviceTables tables,
                                      std::uint64_t seed, int threads) {
    auto bound = std::make_unique<BoundHelp>();
    bound->tables = std::move(tables);
    bound->devices = device_rows(bound->tables);
    bound->seed = seed;
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    bound->training = std::make_unique<HelpTraining>(
        bound->devices, settings,
        FitContext{.seed = seed, .threads = std::max(threads, 1), .monitor = &monitor});
    return bound;
}

void run_help(BoundHelp& bound, std::optional<std::size_t> episodes, std::size_t total,
              std::optional<py::function> progress) {
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    for (std::size_t i = 0; !episodes || i < *episodes; ++i) {
        if (!bound.training->run_episode(monitor))
            return;
        monitor.progress(bound.training->loop().history().size(), total, "episodes");
    }
}

std::shared_ptr<Adaptable> learnt_help(const BoundHelp& bound) {
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    const MonitorScope scope(monitor);
    return std::make_shared<Help>(
        *bound.training, fit_sources(bound.devices, {.seed = bound.seed, .monitor = &monitor}));
}

void bind_help_training(py::module_& m) {
    py::class_<BoundHelp>(m, "HelpTraining", "A meta-training of HelpPredictor, by episodes.")
        .def(py::init(&start_help), py::arg("settings"), py::arg("tables"), py::kw_only(),
             py::arg("seed") = 0, py::arg("threads") = 1,
             "Tables as those of FewShotFitter.fit. Raises ConfigError, DataError, SchemaError.")
        .def("run", &run_help, py::arg("episodes") = py::none(), py::kw_only(),
             py::arg("total") = 0, py::arg("progress") = py::none(),
             "So many episodes more, or all that are left. Raises TrainingError.")
        .def(
            "checkpoint",
            [](const BoundHelp& b) { return py::bytes(b.training->loop().checkpoint()); },
            "The state as bytes.")
        .def(
            "restore",
            [](BoundHelp& b, const std::string& state) { b.training->loop().restore(state); },
            py::arg("state"), "Raises CorruptionError, ConfigError.")
        .def_property_readonly("history",
                               [](const BoundHelp& b) { return history_of(b.training->loop()); })
        .def_property_readonly("finished",
                               [](const BoundHelp& b) { return b.training->loop().finished(); })
        .def_property_readonly(
            "references", [](const BoundHelp& b) { return b.training->sources()->references; },
            "The networks that describe a device.")
        .def("learnt", &learnt_help, "What was learned, to adapt.");
}

}  // namespace

void bind_help(py::module_& m) {
    py::class_<HelpSettings> settings(m, "HelpSettings", "See latpred.transfer.HelpPredictor.");
    settings.def(py::init<>());
    settings.def_readwrite("episodes", &HelpSettings::episodes)
        .def_readwrite("tasks", &HelpSettings::tasks)
        .def_readwrite("support", &HelpSettings::support)
        .def_readwrite("query", &HelpSettings::query)
        .def_readwrite("steps", &HelpSettings::steps)
        .def_readwrite("references", &HelpSettings::references)
        .def_readwrite("width", &HelpSettings::width)
        .def_readwrite("inner_rate", &HelpSettings::inner_rate)
        .def_readwrite("learning_rate", &HelpSettings::learning_rate)
        .def_readwrite("kl_weight", &HelpSettings::kl_weight)
        .def_readwrite("z_scale", &HelpSettings::z_scale)
        .def_readwrite("draws", &HelpSettings::draws)
        .def_readwrite("second_order", &HelpSettings::second_order)
        .def_readwrite("trim", &HelpSettings::trim)
        .def_readwrite("last_kl", &HelpSettings::last_kl)
        .def_readwrite("last_draw", &HelpSettings::last_draw);
    py::class_<HelpFitter, DeviceFitter, std::shared_ptr<HelpFitter>>(m, "HelpFitter",
                                                                      "Of HelpPredictor.")
        .def(py::init<HelpSettings>(), py::arg("settings"), "Raises ConfigError.");
    bind_help_training(m);
    py::class_<HelpModel, Predictor, std::shared_ptr<HelpModel>>(
        m, "HelpModel", "A device's latency by networks adapted to it.")
        .def_property_readonly("device", [](const HelpModel& model) {
            return to_numpy(std::vector<float>(model.state().device));
        });
}

}  // namespace latpred::bindings

// HELP, meta-learning over devices.
#include <algorithm>
#include <optional>

#include "base/parallel.hpp"
#include "bindings/eigen.hpp"
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

std::unique_ptr<BoundHelp> start_help(const HelpFitter& fitter, DeviceTables tables,
                                      std::uint64_t seed, int threads) {
    auto bound = std::make_unique<BoundHelp>();
    bound->tables = std::move(tables);
    bound->devices = device_rows(bound->tables);
    bound->seed = seed;
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    bound->training = std::make_unique<HelpTraining>(
        bound->devices, fitter.chosen(),
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

std::shared_ptr<Adaptable> fit_help(const HelpFitter& fitter, const DeviceTables& tables,
                                    std::uint64_t seed, std::optional<py::function> progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return std::const_pointer_cast<Adaptable>(
        fitter.fit(devices, {.seed = seed, .threads = hardware_threads(), .monitor = &monitor}));
}

std::shared_ptr<Adaptable> learnt_help(const BoundHelp& bound) {
    PythonMonitor monitor{std::nullopt};
    const Cancellable cancellable;
    const MonitorScope scope(monitor);
    return std::make_shared<Help>(
        *bound.training, fit_sources(bound.devices, {.seed = bound.seed, .monitor = &monitor}));
}

/// Each tensor of a learner's block as an array: those of its stack twice, as weights and rates.
py::dict help_arrays(const HelpLearner& learner, std::span<const float> block) {
    const LayerStack stack = learner.stack();
    const auto& places = learner.parameters().tensors();
    py::dict arrays;
    const auto put = [&](const std::string& name, std::size_t offset, std::size_t size,
                         const std::vector<py::ssize_t>& shape) {
        const std::span<const float> values = block.subspan(offset, size);
        arrays[py::str(name)] = to_numpy(std::vector<float>(values.begin(), values.end()), shape);
    };
    for (std::size_t kind = 0; kind < 2; ++kind) {
        for (std::size_t i = 0; i < stack.parameters().tensors().size(); ++i) {
            const Parameters::Tensor& at = stack.parameters().tensors()[i];
            put(places[kind].name + "." + at.name, places[kind].offset + at.offset, at.size,
                {stack.shape(i).begin(), stack.shape(i).end()});
        }
    }
    for (std::size_t i = 2; i < places.size(); ++i)
        put(places[i].name, places[i].offset, places[i].size,
            {static_cast<py::ssize_t>(places[i].size)});
    return arrays;
}

/// Moves all parameters by `step` along arrays as `help_arrays` gives them.
void move_help(const HelpLearner& learner, const std::map<std::string, Array<float>>& along,
               float step) {
    const LayerStack stack = learner.stack();
    const auto add = [&](const std::string& name, std::size_t offset) {
        const Array<float>& values = along.at(name);
        for (py::ssize_t i = 0; i < values.size(); ++i)
            learner.parameters().values()[offset + static_cast<std::size_t>(i)] +=
                step * values.data()[i];
    };
    const auto& places = learner.parameters().tensors();
    for (std::size_t kind = 0; kind < 2; ++kind) {
        for (const Parameters::Tensor& at : stack.parameters().tensors())
            add(places[kind].name + "." + at.name, places[kind].offset + at.offset);
    }
    for (std::size_t i = 2; i < places.size(); ++i)
        add(places[i].name, places[i].offset);
}

HelpTask help_task(const Architectures& support, const Architectures& query,
                   const Array<float>& targets, const Array<float>& device,
                   const Array<double>& noise, double kl_weight) {
    HelpTask task;
    task.device.assign(device.data(), device.data() + device.size());
    task.noise.assign(noise.data(), noise.data() + noise.size());
    task.kl_weight = kl_weight;
    task.support = HelpInput(support).on(task.device);
    task.query = HelpInput(query).on(task.device);
    require_sizes(static_cast<std::size_t>(targets.size()) == support.size() + query.size(),
                  "HELP: a target of each network of support and query expected");
    const auto* middle = targets.data() + support.size();
    task.support_target.assign(targets.data(), middle);
    task.query_target.assign(middle, targets.data() + targets.size());
    return task;
}

void bind_help_learner(py::module_& m) {
    py::class_<HelpLearner>(m, "HelpLearner", "Weights, learned rates and modulator, for tests.")
        .def(py::init([](const HelpSettings& settings, const std::shared_ptr<Space>& space,
                         std::uint64_t seed) {
                 const std::string layers = help_layers(settings, HelpInput::has_cells(*space),
                                                        HelpInput::features(space));
                 return std::make_unique<HelpLearner>(settings, layers, seed);
             }),
             py::arg("settings"), py::arg("space"), py::kw_only(), py::arg("seed") = 0)
        .def_property_readonly(
            "parameters",
            [](const HelpLearner& l) { return help_arrays(l, l.parameters().values()); })
        .def_property_readonly("noises", &HelpLearner::noises)
        .def_property_readonly("count", &HelpLearner::count)
        .def("move", &move_help, py::arg("along"), py::arg("step"),
             "Adds `step` times arrays by name.")
        .def(
            "gradient",
            [](const HelpLearner& learner, const Architectures& support, const Architectures& query,
               const Array<float>& targets, const Array<float>& device, const Array<double>& noise,
               double kl_weight) {
                const HelpTask task = help_task(support, query, targets, device, noise, kl_weight);
                std::vector<float> gradients(learner.parameters().size(), 0.0F);
                double loss = 0;
                {
                    const Cancellable cancellable;
                    LayerStack room = learner.stack();
                    loss = learner.add_gradient(task, room, 1, gradients);
                }
                return py::make_tuple(loss, help_arrays(learner, gradients));
            },
            py::arg("support"), py::arg("query"), py::arg("targets"), py::arg("device"),
            py::arg("noise"), py::arg("kl_weight"), "(loss, gradients by name) of one task.");
}

void bind_help_training(py::module_& m) {
    py::class_<BoundHelp>(m, "HelpTraining", "A meta-training of HelpPredictor, by episodes.")
        .def(py::init(&start_help), py::arg("fitter"), py::arg("tables"), py::kw_only(),
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
        .def_readwrite("source_networks", &HelpSettings::source_networks)
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
        .def("fit", &fit_help, py::arg("tables"), py::kw_only(), py::arg("seed") = 0,
             py::arg("progress") = py::none(),
             "Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, "
             "DataError, SchemaError, TrainingError.");
    bind_help_learner(m);
    bind_help_training(m);
    py::class_<HelpModel, Predictor, std::shared_ptr<HelpModel>>(
        m, "HelpModel", "A device's latency by networks adapted to it.")
        .def_property_readonly("description", [](const HelpModel& model) {
            return to_numpy(std::vector<float>(model.state().device));
        });
}

}  // namespace latpred::bindings

// Networks of layers that learn from several devices and adapt to another.
#include "bindings/bindings.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/predictors_hardware.hpp"
#include "bindings/spaces.hpp"
#include "neural/device_network_model.hpp"
#include "neural/device_pairs.hpp"
#include "neural/nasflat.hpp"
#include "predictors/fitter_settings.hpp"

namespace latpred::bindings {
namespace {

using Examples = std::vector<std::tuple<std::uint32_t, Architectures, Array<float>>>;
using SharedFeatures = std::shared_ptr<NetworkFeatures>;

std::vector<DeviceExamples> examples_of(const Examples& given) {
    std::vector<DeviceExamples> all;
    for (const auto& [device, archs, wanted] : given)
        all.push_back({device, archs, {wanted.data(), wanted.data() + wanted.size()}});
    return all;
}

std::shared_ptr<Adaptable> learn_devices(const DeviceNetworkFitter& fitter,
                                         const DeviceTables& tables, std::uint64_t seed,
                                         MaybeProgress progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return std::const_pointer_cast<Adaptable>(
        fitter.fit(devices, {.seed = seed, .monitor = &monitor}));
}

std::shared_ptr<DeviceFitter> nasflat_fitter(const std::string& text,
                                             std::optional<SharedFeatures> features) {
    FitterSettings settings = FitterSettings::parse(text);
    auto fitter = make_nasflat_fitter(settings, features.value_or(nullptr));
    settings.finish();
    return std::const_pointer_cast<DeviceFitter>(fitter);
}

py::array_t<float> scores_of(const DeviceNetwork& network, const Architectures& archs,
                             std::size_t device, int threads) {
    std::vector<float> scores;
    {
        const Cancellable cancellable;
        scores = network.score(archs, device, threads);
    }
    return to_numpy(std::move(scores));
}

void bind_device_network(py::module_& m) {
    py::class_<DeviceStage>(m, "DeviceStage", "One training of a network over devices.")
        .def(py::init([](std::size_t epochs, std::size_t batch_size, double learning_rate,
                         double least_rate, double weight_decay, double clip_norm,
                         bool skip_single) {
                 return DeviceStage{epochs,       batch_size, learning_rate, least_rate,
                                    weight_decay, clip_norm,  skip_single};
             }),
             py::kw_only(), py::arg("epochs") = 150, py::arg("batch_size") = 128,
             py::arg("learning_rate") = 1e-3, py::arg("least_rate") = 1e-6,
             py::arg("weight_decay") = 1e-5, py::arg("clip_norm") = 0.0,
             py::arg("skip_single") = true);
    py::class_<DeviceNetwork>(m, "DeviceNetwork", "Layers over (network, device), with weights.")
        .def(py::init([](const DeviceNetworkFitter& fitter, const Architectures& known,
                         std::size_t devices, std::uint64_t seed) {
                 const Cancellable cancellable;
                 return std::make_unique<DeviceNetwork>(fitter.plan(), known, devices, seed);
             }),
             py::arg("fitter"), py::arg("known"), py::kw_only(), py::arg("devices"),
             py::arg("seed") = 0, "First weights. Raises ConfigError.")
        .def(
            "copy", [](const DeviceNetwork& network) { return DeviceNetwork(network); },
            "Another one with weights of its own.")
        .def_property_readonly(
            "stack", [](DeviceNetwork& network) -> LayerStack& { return network.stack(); },
            py::return_value_policy::reference_internal, "Its layers.")
        .def_property_readonly("parameters", &DeviceNetwork::parameter_count,
                               "How many numbers are learnt.")
        .def("copy_device", &DeviceNetwork::copy_device, py::arg("from_device"),
             py::arg("to_device"), "Give a device the row of another. Raises ConfigError.")
        .def("score", &scores_of, py::arg("archs"), py::arg("device"), py::kw_only(),
             py::arg("threads") = 1, "N scores. Raises DataError, SchemaError.")
        .def(
            "data",
            [](const DeviceNetwork& network, const Architectures& archs, std::size_t device) {
                const Cancellable cancellable;
                return on_device(network.input()->read(archs, false), device);
            },
            py::arg("archs"), py::arg("device"), "What the layers read: StackData.");
}

void bind_device_training(py::module_& m) {
    py::class_<DeviceTraining>(m, "DeviceTraining", "Epochs over networks on devices.")
        .def(py::init([](DeviceNetwork& network, const Examples& examples, const DeviceStage& stage,
                         std::uint64_t seed) {
                 const std::vector<DeviceExamples> rows = examples_of(examples);
                 const Cancellable cancellable;
                 return std::make_unique<DeviceTraining>(network, rows, stage, seed);
             }),
             py::arg("network"), py::arg("examples"), py::arg("stage"), py::kw_only(),
             py::arg("seed") = 0, py::keep_alive<1, 2>(),
             "Of (device, N networks, N wanted values). Raises ConfigError, DataError.")
        .def(
            "run_epoch",
            [](DeviceTraining& training) {
                PythonMonitor monitor{std::nullopt};
                const Cancellable cancellable;
                return training.run_epoch(monitor);
            },
            "False where none is left. Raises TrainingError.")
        .def_property_readonly("losses", &DeviceTraining::losses, "Mean of each epoch.")
        .def(
            "checkpoint",
            [](const DeviceTraining& training) { return py::bytes(training.checkpoint()); },
            "The state as bytes.")
        .def(
            "restore",
            [](DeviceTraining& training, const py::bytes& bytes) {
                training.restore(std::string(bytes));
            },
            py::arg("bytes"), "Raises CorruptionError, ConfigError.");
    m.def(
        "device_loss",
        [](const DeviceNetworkFitter& fitter, const Array<float>& scores,
           const Array<float>& wanted, const std::vector<std::uint32_t>& devices,
           std::uint64_t draw) {
            if (scores.size() != wanted.size() ||
                static_cast<std::size_t>(scores.size()) != devices.size())
                throw ConfigError("device_loss: as many scores, wanted values and devices");
            std::vector<float> slopes(devices.size());
            const double loss =
                device_loss(fitter.plan().loss, view(scores), view(wanted), devices, draw, slopes);
            return py::make_tuple(loss, to_numpy(std::move(slopes)));
        },
        py::arg("fitter"), py::arg("scores"), py::arg("wanted"), py::arg("devices"),
        py::arg("draw") = 0, "(loss, slopes) of a minibatch, for tests.");
}

}  // namespace

void bind_device_networks(py::module_& m);

void bind_device_networks(py::module_& m) {
    py::class_<DeviceNetworkFitter, DeviceFitter, std::shared_ptr<DeviceNetworkFitter>>(
        m, "DeviceNetworkFitter", "Of a network of layers over several devices.")
        .def("fit", &learn_devices, py::arg("tables"), py::kw_only(), py::arg("seed") = 0,
             py::arg("progress") = py::none(),
             "Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, "
             "DataError, SchemaError, TrainingError.");
    py::class_<DeviceNetworkModel, Predictor, std::shared_ptr<DeviceNetworkModel>>(
        m, "DeviceNetworkModel", "A device's latency by a network that learnt from several.")
        .def(
            "score",
            [](const DeviceNetworkModel& model, const Architectures& archs) {
                std::vector<float> scores;
                {
                    const Cancellable cancellable;
                    scores = model.score(archs);
                }
                return to_numpy(std::move(scores));
            },
            py::arg("archs"), "N scores, before they become ms.")
        .def_property_readonly(
            "description",
            [](const DeviceNetworkModel& model) { return model.stack().description(); },
            "The layers, as JSON.")
        .def_property_readonly(
            "input", [](const DeviceNetworkModel& model) { return model.input()->form(); },
            "How it reads networks.");
    bind_device_network(m);
    bind_device_training(m);
    m.def("nasflat_fitter", &nasflat_fitter, py::arg("settings"), py::arg("features") = py::none(),
          "Of settings as JSON, and features of networks. Raises ConfigError.");
}

}  // namespace latpred::bindings

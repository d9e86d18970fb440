#include "bindings/networks.hpp"

#include <memory>
#include <optional>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/accelerators.hpp"
#include "networks/runnable.hpp"
#include "networks/state_file.hpp"
#include "networks/synthetic_accelerator.hpp"

namespace latpred::bindings {
namespace {

using GivenParameters = std::optional<std::variant<std::shared_ptr<ParameterSource>, py::dict>>;

std::shared_ptr<const ParameterSource> make_source(const GivenParameters& parameters,
                                                   std::uint64_t seed) {
    if (!parameters)
        return std::make_shared<RandomParameters>(seed);
    if (const auto* source = std::get_if<std::shared_ptr<ParameterSource>>(&*parameters))
        return *source;
    return std::make_shared<StateDictParameters>(to_state_dict(std::get<py::dict>(*parameters)));
}

Network make_network(const OpGraph& graph, const GivenParameters& parameters, std::uint64_t seed,
                     const std::string& mode, int threads, int batch_size,
                     const std::string& device) {
    load_device(device);
    const ExecutionOptions options{execution_mode(mode), threads, batch_size, device};
    std::shared_ptr<const ParameterSource> source = make_source(parameters, seed);
    const Cancellable cancellable;
    PythonMonitor monitor(std::nullopt);
    return {graph, std::move(source), options, monitor};
}

std::shared_ptr<NetworkRunnable> make_runnable(const OpGraph& graph, const std::string& name,
                                               const GivenParameters& parameters,
                                               std::uint64_t seed, const std::string& mode,
                                               int threads, int batch_size,
                                               const std::string& device, bool staged) {
    load_device(device);
    const ExecutionOptions options{execution_mode(mode), threads, batch_size, device};
    return std::make_shared<NetworkRunnable>(name, graph, make_source(parameters, seed), options,
                                             staged);
}

py::array_t<float> forward(const Network& network, const py::object& given) {
    const Array<float> images = image_batch(network.graph(), given);
    std::vector<float> out = room_for_output(network.graph(), images);
    {
        const Cancellable cancellable;
        PythonMonitor monitor(std::nullopt);
        network.forward(view(images), images.shape(0), out, monitor);
    }
    return output_array(network.graph(), std::move(out));
}

/// Its base class is bound by the room measurement.
void bind_runnable(py::module_& m) {
    py::class_<NetworkRunnable, Runnable, std::shared_ptr<NetworkRunnable>>(
        m, "NetworkRunnable", R"(Forward passes of a fixed random batch, to be measured.

Example:
    >>> from latpred.networks import NetworkRunnable
    >>> runnable = NetworkRunnable(archs[0].graph(), "tiny")
    >>> runnable.prepare()
    >>> runnable.run()
    >>> runnable.output().shape
    (1000,))")
        .def(py::init(&make_runnable), py::arg("graph"), py::arg("name"), py::kw_only(),
             py::arg("parameters") = py::none(), py::arg("seed") = 0, py::arg("mode") = "fastest",
             py::arg("threads") = 1, py::arg("batch_size") = 1, py::arg("device") = "cpu",
             py::arg("staged") = false)
        .def(
            "output",
            [](const NetworkRunnable& r) {
                return to_numpy(std::vector<float>(r.output().begin(), r.output().end()));
            },
            "Outputs of the last run as one vector, images one after the other.");
}

void bind_state_files(py::module_& m) {
    m.def(
        "save_state",
        [](const std::string& path, const py::dict& state, const StateNotes& notes) {
            const StateDict values = to_state_dict(state);
            const Cancellable cancellable;
            save_state(path, values, notes);
        },
        py::arg("path"), py::arg("state"), py::arg("notes"),
        "Writes float32 arrays by name and notes as a safetensors file.");
    m.def(
        "load_state",
        [](const std::string& path) {
            StateFile file;
            {
                const Cancellable cancellable;
                file = load_state(path);
            }
            return py::make_tuple(to_arrays(std::move(file.state)), py::cast(file.notes));
        },
        py::arg("path"), "Float32 arrays by name and notes of a safetensors file.");
}

void bind_synthetic_accelerator(py::module_& m) {
    py::class_<SyntheticAccelerator>(
        m, "SyntheticAccelerator",
        "While it lives, torch's device \"meta\" has a stream and events; for tests. Work given "
        "to\n"
        "it takes `pass_ms` on the clock, which goes on when that work is waited for.")
        .def(py::init<std::shared_ptr<SyntheticClock>, double>(), py::arg("clock"),
             py::arg("pass_ms"))
        .def_property_readonly("records", &SyntheticAccelerator::records, "Events recorded.")
        .def_property_readonly("waits", &SyntheticAccelerator::waits, "Events waited for.");
}

}  // namespace

void bind_networks(py::module_& m) {
    py::class_<ParameterSource, std::shared_ptr<ParameterSource>>(
        m, "ParameterSource", "What serves the parameters of one network.");
    bind_supernet(m);
    bind_runnable(m);
    bind_proxies(m);
    bind_synthetic_accelerator(m);
    bind_state_files(m);
    py::class_<Network> network(m, "Network", "An op graph with parameters, ready for inference.");
    network
        .def(py::init(&make_network), py::arg("graph"), py::kw_only(),
             py::arg("parameters") = py::none(), py::arg("seed") = 0, py::arg("mode") = "fastest",
             py::arg("threads") = 0, py::arg("batch_size") = 1, py::arg("device") = "cpu")
        .def("forward", &forward, py::arg("images"),
             "N x C x H x W numbers to N x F (or N x C x H x W) float32.")
        .def_property_readonly("graph", &Network::graph, "The op graph.")
        .def_property_readonly(
            "mode", [](const Network& n) { return std::string(to_string(n.options().mode)); },
            "Execution mode; never 'fastest' but what that stood for.")
        .def_property_readonly(
            "threads", [](const Network& n) { return n.options().threads; },
            "LibTorch threads while running; 0: as the process has them.")
        .def_property_readonly(
            "batch_size", [](const Network& n) { return n.options().batch_size; },
            "Images a call that weights were packed for.")
        .def_property_readonly(
            "device", [](const Network& n) { return n.options().device; }, "Of torch's.")
        .def_property_readonly("steps", &Network::steps,
                               "Steps of one pass: fewer than operators where some were fused.")
        .def(
            "state_dict",
            [](const Network& n) {
                StateDict state;
                {
                    const Cancellable cancellable;
                    state = collect_parameters(n.graph(), n.parameters());
                }
                return to_arrays(std::move(state));
            },
            "All parameters as float32 arrays by name, batch norms not folded.");
    bind_gradients(m, network);
    m.def(
        "random_parameters",
        [](const OpGraph& graph, std::uint64_t seed, int threads) {
            StateDict state;
            {
                const Cancellable cancellable;
                state = collect_parameters(graph, RandomParameters(seed), threads);
            }
            return to_arrays(std::move(state));
        },
        py::arg("graph"), py::kw_only(), py::arg("seed") = 0, py::arg("threads") = 1,
        "The parameters that a network of that seed has; they depend on (seed, name) only.");
}

}  // namespace latpred::bindings

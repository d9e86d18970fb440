// The model of latency that sums over kernels.
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "bindings/eigen.hpp"
#include "bindings/kernels.hpp"
#include "kernels/network_model.hpp"
#include "kernels/non_negative.hpp"

namespace latpred::bindings {
namespace {

using Graphs = std::vector<const TensorGraph*>;
using Networks = std::vector<std::vector<FusedKernel>>;

Networks networks_of(const Graphs& graphs) {
    Networks networks;
    for (const TensorGraph* graph : graphs) {
        if (graph == nullptr)
            throw ConfigError("a list of graphs with None in it, graphs expected");
        networks.push_back(fused_kernels(*graph));
    }
    return networks;
}

std::shared_ptr<NetworkModel> fit(const Graphs& graphs, const Array<double>& latency_ms,
                                  const Array<double>& deviation_ms,
                                  const std::vector<std::string>& families, std::uint64_t seed,
                                  std::optional<py::function> progress) {
    const std::size_t count = graphs.size();
    if (view(latency_ms).size() != count || view(deviation_ms).size() != count ||
        families.size() != count) {
        throw DataError(message(count, " graphs, ", view(latency_ms).size(), " latencies, ",
                                view(deviation_ms).size(), " deviations and ", families.size(),
                                " families; equally many expected"));
    }
    PythonMonitor monitor(std::move(progress));
    const py::gil_scoped_release release;
    const MonitorScope scope(monitor);
    Networks networks = networks_of(graphs);
    std::vector<NetworkRow> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(
            {std::move(networks[i]), view(latency_ms)[i], view(deviation_ms)[i], families[i]});
    return std::make_shared<NetworkModel>(fit_network_model(rows, seed, monitor));
}

py::list kernel_times(const TensorGraph& graph, const std::vector<FusedKernel>& kernels,
                      const NetworkTime& time) {
    py::list rows;
    for (std::size_t i = 0; i < kernels.size(); ++i) {
        const KernelTime& one = time.kernels[i];
        py::dict row;
        row["kind"] = std::string(to_string(kernels[i].kind));
        row["operators"] = operator_names(graph, kernels[i]);
        row["ms"] = one.ms;
        row["low_ms"] = one.low_ms;
        row["high_ms"] = one.high_ms;
        row["known"] = one.known;
        rows.append(row);
    }
    return rows;
}

py::dict predicted(const NetworkModel& model, const TensorGraph& graph, double confidence) {
    std::vector<FusedKernel> kernels;
    NetworkTime time;
    {
        const Cancellable call;
        kernels = fused_kernels(graph);
        time = model.predict(kernels, confidence, Monitor::current());
    }
    py::dict found;
    found["latency_ms"] = time.latency_ms;
    found["low_ms"] = time.low_ms;
    found["high_ms"] = time.high_ms;
    found["overhead_ms"] = time.overhead_ms;
    found["outside"] = time.outside;
    found["known_share"] = time.known_share;
    found["kernels"] = kernel_times(graph, kernels, time);
    return found;
}

py::dict held_out(const NetworkModel& model) {
    const NetworkModelState& state = model.state();
    py::list families;
    for (const int family : state.rows.family)
        families.append(state.rows.families[static_cast<std::size_t>(family)]);
    py::dict found;
    found["predicted_ms"] = to_array(state.held_out.predicted_ms);
    found["measured_ms"] = to_array(state.rows.latency_ms);
    found["deviation_ms"] = to_array(state.held_out.deviation_ms);
    found["known_share"] = to_array(state.held_out.known_share);
    found["weight"] = to_array(state.weights);
    found["family"] = families;
    return found;
}

py::list fusion(const NetworkModel& model) {
    py::list rows;
    for (const FusionEvidence& one : fusion_evidence(model)) {
        py::dict row;
        row["kind"] = std::string(to_string(one.kind));
        row["sort"] = std::string(to_string(one.sort));
        row["networks"] = one.networks;
        row["fused_ns_per_kb"] = one.fused_ns;
        row["alone_ns_per_kb"] = one.alone_ns;
        row["saved"] = one.saved;
        rows.append(row);
    }
    return rows;
}

py::dict settings(const NetworkModel& model) {
    const ProcessSettings& set = model.state().settings;
    return py::dict(py::arg("kind") = set.kind, py::arg("wide") = set.wide,
                    py::arg("narrow") = set.narrow, py::arg("length") = set.length,
                    py::arg("network") = set.network, py::arg("family") = set.family);
}

void bind_files(py::class_<NetworkModel, std::shared_ptr<NetworkModel>>& cls) {
    cls.def(
           "save",
           [](const NetworkModel& model, const std::string& path) {
               write_file(path, model.bytes());
           },
           py::arg("path"), Release(), "Writes the model to a file. Raises StorageError.")
        .def_static(
            "load",
            [](const std::string& path) {
                return std::make_shared<NetworkModel>(
                    NetworkModel::from_bytes(read_file(path), path));
            },
            py::arg("path"), Release(),
            "What `save` wrote. Raises StorageError, CorruptionError and ModelVersionError.")
        .def(
            "to_bytes", [](const NetworkModel& model) { return py::bytes(model.bytes()); },
            "The content of the file.")
        .def(py::pickle([](const NetworkModel& model) { return py::bytes(model.bytes()); },
                        [](const py::bytes& bytes) {
                            return std::make_shared<NetworkModel>(
                                NetworkModel::from_bytes(std::string(bytes), "pickle"));
                        }));
}

void bind_model(py::module_& m) {
    py::class_<NetworkModel, std::shared_ptr<NetworkModel>> cls(
        m, "NetworkModel", "Latency of any network as a sum over its kernels.");
    cls.def("predict", &predicted, py::arg("graph"), py::arg("confidence") = 0.9,
            R"(A dict: latency_ms with its interval low_ms, high_ms at that confidence; overhead_ms
and kernels (kind, operators, ms, low_ms, high_ms, known from 0 to 1), which sum to the latency;
known_share of the time that is in kernels like those measured; outside: whether that is too little
for the interval to hold. Raises ConfigError and DataError.)")
        .def_property_readonly(
            "families", [](const NetworkModel& model) { return model.state().rows.families; },
            "Names of the families that it was fitted to.")
        .def_property_readonly("held_out", &held_out,
                               R"(Predictions of each fitted row by fits without its family: arrays
predicted_ms, measured_ms, deviation_ms, known_share, weight (what the fit believes of a row), and family. In an
order of the model's own.)")
        .def_property_readonly("settings", &settings, "Settings of the Gaussian process.")
        .def("fusion", &fusion,
             R"(One dict a kind of kernel and sort of pointwise work that was measured in it: ns for
each KB fused and alone, and the share that fusion saves.)");
    bind_files(cls);
}

}  // namespace

void bind_network_models(py::module_& m) {
    bind_model(m);
    m.def("fit_network_model", &fit, py::arg("graphs"), py::arg("latency_ms"),
          py::arg("deviation_ms"), py::arg("families"), py::arg("seed") = 0, py::kw_only(),
          py::arg("progress") = py::none(),
          R"(A NetworkModel of measured networks, short chains among them.

Args:
    graphs: The networks.
    latency_ms: Of each.
    deviation_ms: Standard deviation of each latency; 0 where nobody knows it.
    families: Of each; networks of one family are left out together when intervals are judged.
    seed: For the draw of the rows on which settings are chosen, where there are many.
    progress: Called with (done, total, what).

Raises:
    DataError: For too few or too many rows, and numbers that are no latencies.)");
    m.def(
        "choose_next",
        [](const NetworkModel& model, const Graphs& pool, std::size_t count, std::uint64_t seed) {
            return choose_next(model, networks_of(pool), count, seed, Monitor::current());
        },
        py::arg("model").none(false), py::arg("pool"), py::arg("count"), py::arg("seed") = 0,
        Release(),
        R"(Numbers in the pool of the networks to measure next, the best first: those after which
the model is surest about all of the pool. Raises ConfigError.)");
    m.def(
        "non_negative_solution",
        [](const Array<double>& g, const Array<double>& b) {
            const Eigen::MatrixXd square = to_square(g, "g");
            require_sizes(b.ndim() == 1 && b.size() == square.rows(), "b: one number a row of g");
            const Eigen::VectorXd right = to_vector(b);
            const Cancellable call;
            const Eigen::VectorXd found = non_negative_solution(square, right, Monitor::current());
            return std::vector<double>(found.begin(), found.end());
        },
        py::arg("g"), py::arg("b"),
        "The x >= 0 of least x' G x / 2 - b' x, for a positive definite G.");
}

}  // namespace latpred::bindings

#include <optional>

#include "bindings/neural_training.hpp"
#include "neural/graph_fitter.hpp"
#include "neural/graph_training.hpp"

namespace latpred::bindings {
namespace {

using BoundGraphs = BoundTraining<GraphTraining>;

std::unique_ptr<BoundGraphs> make_graph_training(const Architectures& archs,
                                                 const Array<double>& latency,
                                                 const std::optional<Architectures>& judged_archs,
                                                 const Array<double>& judged_latency,
                                                 GraphSettings settings,
                                                 const std::string& device) {
    const LatencyRows rows = latency_rows_of(archs, latency);
    std::optional<LatencyRows> judged;
    if (judged_archs)
        judged = latency_rows_of(*judged_archs, judged_latency);
    const Cancellable cancellable;
    ModelInfo info = fitted_info("graph", archs, rows.latency, device);
    return std::unique_ptr<BoundGraphs>(
        new BoundGraphs{GraphTraining(rows, judged, std::move(settings)), std::move(info)});
}

}  // namespace

void bind_graph_model(py::module_& m) {
    py::class_<GraphSettings>(m, "GraphSettings", "See latpred.GraphPredictor.")
        .def(py::init([](std::string level, std::string layer, std::vector<std::size_t> hidden,
                         std::size_t head, std::string readout, double dropout,
                         const LossSettings& loss, const OptimizerSettings& optimizer,
                         const ScheduleSettings& schedule, const LoopSettings& loop,
                         bool scale_target, double validation_share) {
                 return GraphSettings{std::move(level),
                                      std::move(layer),
                                      std::move(hidden),
                                      head,
                                      std::move(readout),
                                      dropout,
                                      loss,
                                      optimizer,
                                      schedule,
                                      loop,
                                      scale_target,
                                      validation_share};
             }),
             py::kw_only(), py::arg("level"), py::arg("layer"), py::arg("hidden"), py::arg("head"),
             py::arg("readout"), py::arg("dropout"), py::arg("loss"), py::arg("optimizer"),
             py::arg("schedule"), py::arg("loop"), py::arg("scale_target"),
             py::arg("validation_share"));
    py::class_<GraphFitter, Fitter, std::shared_ptr<GraphFitter>>(m, "GraphFitter",
                                                                  "Of GraphPredictor.")
        .def(py::init<GraphSettings>(), py::arg("settings"),
             "The seed is that of the fit, not of the settings.");
    py::class_<BoundGraphs> training(m, "GraphTraining",
                                     "A training of latpred.GraphPredictor, by epochs.");
    bind_training_run(training);
    training.def(py::init(&make_graph_training), py::arg("archs"), py::arg("latency"),
                 py::kw_only(), py::arg("validation_archs") = py::none(),
                 py::arg("validation_latency") = Array<double>(0), py::arg("settings"),
                 py::arg("device") = "");
    py::class_<GraphModel, Predictor, std::shared_ptr<GraphModel>>(
        m, "GraphModel", "Graphs through layers over graphs.")
        .def_property_readonly("level", &GraphModel::level, "Of the graphs' nodes.")
        .def_property_readonly(
            "description", [](const GraphModel& model) { return model.stack().description(); },
            "The layers, as JSON.");
}

}  // namespace latpred::bindings

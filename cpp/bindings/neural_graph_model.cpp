#include <optional>

#include "bindings/neural_training.hpp"
#include "neural/graph_fitter.hpp"
#include "neural/graph_training.hpp"

namespace latpred::bindings {

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
    bind_network_kind<GraphKind>(m, "GraphTraining",
                                 "A training of latpred.GraphPredictor, by epochs.", "GraphFitter",
                                 "Of GraphPredictor.");
    py::class_<GraphModel, StackModel, std::shared_ptr<GraphModel>>(
        m, "GraphModel", "Graphs through layers over graphs.")
        .def_property_readonly("level", &GraphModel::level, "Of the graphs' nodes.");
}

}  // namespace latpred::bindings

#include "bindings/neural_training.hpp"
#include "neural/block_sequence.hpp"

namespace latpred::bindings {

void bind_block_sequence(py::module_& m) {
    using Settings = BlockSequenceSettings;
    py::class_<Settings>(m, "BlockSequenceSettings", "See latpred.BlockSequencePredictor.")
        .def(py::init([](std::size_t embedding, std::size_t shape, std::size_t hidden,
                         std::string readout, double dropout, bool sigmoid, std::string initial,
                         bool equal_lengths, double most_ms, std::size_t most_rows,
                         const LossSettings& loss, const OptimizerSettings& optimizer,
                         const ScheduleSettings& schedule, const LoopSettings& loop,
                         bool scale_target, double validation_share) {
                 return Settings{embedding,          shape,         hidden,
                                 std::move(readout), dropout,       sigmoid,
                                 std::move(initial), equal_lengths, most_ms,
                                 most_rows,          loss,          optimizer,
                                 schedule,           loop,          scale_target,
                                 validation_share};
             }),
             py::kw_only(), py::arg("embedding"), py::arg("shape"), py::arg("hidden"),
             py::arg("readout"), py::arg("dropout"), py::arg("sigmoid"), py::arg("initial"),
             py::arg("equal_lengths"), py::arg("most_ms"), py::arg("most_rows"), py::arg("loss"),
             py::arg("optimizer"), py::arg("schedule"), py::arg("loop"), py::arg("scale_target"),
             py::arg("validation_share"))
        .def(
            "layers",
            [](const Settings& settings, std::size_t operations) {
                check_block_sequence(settings);
                return block_sequence_stack(settings, operations);
            },
            py::arg("operations"), "For LayerStack, as JSON. Raises ConfigError.");
    bind_network_kind<BlockSequenceKind>(m, "BlockSequenceTraining",
                                         "A training of latpred.BlockSequencePredictor, by epochs.",
                                         "BlockSequenceFitter", "Of BlockSequencePredictor.");
    m.def(
        "block_sequences",
        [](const Architectures& archs) {
            const BlockSequenceInput input(archs);
            const StackData data = input.read(archs, false, 1);
            return py::make_tuple(input.operations(), input.maxima(), *data.graphs);
        },
        py::arg("archs"),
        "(operations, largest height, width and channels, GraphBatch of chains) as "
        "BlockSequencePredictor reads them. Raises ConfigError.");
    py::class_<StackModel, Predictor, std::shared_ptr<StackModel>>(m, "StackModel",
                                                                   "Networks through layers.")
        .def_property_readonly(
            "description", [](const StackModel& model) { return model.stack().description(); },
            "The layers, as JSON.");
}

}  // namespace latpred::bindings

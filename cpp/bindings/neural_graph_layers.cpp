#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"
#include "bindings/training.hpp"
#include "neural/layer_spec.hpp"
#include "neural/stack_training.hpp"

namespace latpred::bindings {
namespace {

using Rows = std::vector<std::uint32_t>;

StackData make_data(std::shared_ptr<GraphBatch> graphs,
                    const std::map<std::string, Array<float>>& inputs,
                    std::vector<std::int64_t> graph, std::optional<std::size_t> rows) {
    StackData data;
    data.rows = rows.value_or(graph.empty() ? (graphs ? graphs->networks() : 0) : graph.size());
    data.graphs = std::move(graphs);
    data.graph = std::move(graph);
    for (const auto& [name, values] : inputs)
        data.inputs[name].assign(values.data(), values.data() + values.size());
    return data;
}

void check_rows(const LayerStack& stack, const StackData& data, const Rows& rows) {
    stack.check(data);
    for (const std::uint32_t row : rows) {
        if (row >= data.rows)
            throw ConfigError(message("layer stack: row ", row, " of ", data.rows));
    }
}

/// Each tensor of a block as an array.
py::dict arrays_of(const LayerStack& stack, std::span<const float> block) {
    py::dict arrays;
    for (std::size_t i = 0; i < stack.parameters().tensors().size(); ++i) {
        const Parameters::Tensor& place = stack.parameters().tensors()[i];
        const std::span<const float> values = block.subspan(place.offset, place.size);
        arrays[py::str(place.name)] = to_numpy(std::vector<float>(values.begin(), values.end()),
                                               {stack.shape(i).begin(), stack.shape(i).end()});
    }
    return arrays;
}

/// Fills a block from arrays by name; ConfigError where one is missing, unknown or of another
/// shape.
void fill_block(const LayerStack& stack, const std::map<std::string, Array<float>>& arrays,
                std::span<float> block) {
    const auto& places = stack.parameters().tensors();
    if (arrays.size() != places.size())
        throw ConfigError(
            message("layer stack: ", arrays.size(), " tensors, ", places.size(), " expected"));
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto found = arrays.find(places[i].name);
        const auto& shape = stack.shape(i);
        if (found == arrays.end() || !std::equal(shape.begin(), shape.end(), found->second.shape(),
                                                 found->second.shape() + found->second.ndim()))
            throw ConfigError(message("layer stack: '", excerpt(places[i].name), "' of shape ",
                                      join(shape, " x "), " expected"));
        std::ranges::copy(view(found->second), block.subspan(places[i].offset).begin());
    }
}

py::array_t<float> stack_outputs(const LayerStack& stack, const StackData& data, const Rows& rows,
                                 std::optional<std::pair<std::uint64_t, std::uint64_t>> dropout) {
    check_rows(stack, data, rows);
    std::vector<float> outputs(rows.size() * stack.outputs());
    {
        const Cancellable cancellable;
        if (dropout)
            stack.forward(data, rows, outputs, {dropout->first, dropout->second});
        else
            stack.forward(data, rows, outputs);
    }
    return to_numpy(std::move(outputs), {static_cast<py::ssize_t>(rows.size()),
                                         static_cast<py::ssize_t>(stack.outputs())});
}

py::array_t<double> stack_predictions(const LayerStack& stack, const StackData& data, int threads) {
    std::vector<double> values(data.rows);
    {
        const Cancellable cancellable;
        stack.check(data);
        predict_rows(stack, data, values, threads);
    }
    return to_numpy(std::move(values));
}

py::dict stack_gradients(const LayerStack& stack, const StackData& data, const Rows& rows,
                         const Array<float>& slopes,
                         std::pair<std::uint64_t, std::uint64_t> dropout) {
    check_rows(stack, data, rows);
    if (static_cast<std::size_t>(slopes.size()) != rows.size() * stack.outputs())
        throw ConfigError("layer stack: one slope an output expected");
    const std::span<const float> given = view(slopes);
    {
        const Cancellable cancellable;
        stack.step(data, rows, {dropout.first, dropout.second}, [&](auto, std::span<float> to) {
            std::ranges::copy(given, to.begin());
            return 0.0;
        });
    }
    return arrays_of(stack, stack.parameters().gradients());
}

py::dict stack_hessian_vector(const LayerStack& stack, const StackData& data, const Rows& rows,
                              const Array<float>& target,
                              const std::map<std::string, Array<float>>& vector) {
    check_rows(stack, data, rows);
    std::vector<float> along(stack.parameters().size());
    std::vector<float> product(along.size());
    fill_block(stack, vector, along);
    const std::span<const float> wanted = view(target);
    {
        const Cancellable cancellable;
        stack.hessian_vector(data, rows, wanted, along, product);
    }
    return arrays_of(stack, product);
}

py::dict train_stack(LayerStack& stack, const StackData& data, const Array<float>& target,
                     const LossSettings& loss, const OptimizerSettings& optimizer,
                     const ScheduleSettings& schedule, const LoopSettings& loop) {
    StackTraining training(stack, data, {target.data(), target.data() + target.size()}, loss,
                           optimizer, schedule, loop);
    PythonMonitor monitor({});
    {
        const Cancellable cancellable;
        while (training.run_epoch({}, monitor)) {
        }
    }
    return history_of(training.loop());
}

void bind_stack_passes(py::class_<LayerStack>& bound) {
    bound
        .def("forward", &stack_outputs, py::arg("data"), py::arg("rows"), py::kw_only(),
             py::arg("dropout") = py::none(),
             "Outputs of rows of the data (rows x outputs); with dropout where its (seed, epoch) "
             "is given.")
        .def("predict", &stack_predictions, py::arg("data"), py::kw_only(), py::arg("threads") = 1,
             "The only output of all rows. Raises ConfigError, DataError.")
        .def("gradients", &stack_gradients, py::arg("data"), py::arg("rows"), py::arg("slopes"),
             py::kw_only(), py::arg("dropout") = std::make_pair(0, 0),
             "Gradients of all parameters by name from those of the outputs.")
        .def("hessian_vector", &stack_hessian_vector, py::arg("data"), py::arg("rows"),
             py::arg("target"), py::arg("vector"),
             "Hessian of half the squared error times a vector, both by name.")
        .def("train", &train_stack, py::arg("data"), py::arg("target"), py::kw_only(),
             py::arg("loss"), py::arg("optimizer"), py::arg("schedule"), py::arg("loop"),
             "All epochs; the history. Raises TrainingError.");
}

}  // namespace

void bind_graph_layers(py::module_& m) {
    m.def("layer_kinds", &layer_kinds, "Kinds of layers that a stack may have.");
    py::class_<StackData>(m, "StackData", "Rows that a stack of layers reads.")
        .def(py::init(&make_data), py::arg("graphs"), py::kw_only(),
             py::arg("inputs") = std::map<std::string, Array<float>>{},
             py::arg("graph") = std::vector<std::int64_t>{}, py::arg("rows") = py::none(),
             "`graph`: number of each row's graph; by default those of the networks.")
        .def_readonly("rows", &StackData::rows, "How many.");
    py::class_<LayerStack> bound(m, "LayerStack",
                                 "Layers over graphs and rows of numbers, from a description in "
                                 "JSON; see cpp/neural/layer_stack.hpp.");
    bound
        .def(py::init([](const std::string& description, std::uint64_t seed) {
                 auto stack = std::make_unique<LayerStack>(description);
                 stack->initialise(seed);
                 return stack;
             }),
             py::arg("description"), py::kw_only(), py::arg("seed") = 0, "Raises ConfigError.")
        .def_property_readonly("description", &LayerStack::description)
        .def_property_readonly("outputs", &LayerStack::outputs)
        .def_property(
            "parameters", [](const LayerStack& s) { return arrays_of(s, s.parameters().values()); },
            [](LayerStack& s, const std::map<std::string, Array<float>>& arrays) {
                fill_block(s, arrays, s.parameters().values());
            },
            "Arrays by name.")
        .def(
            "to_bytes",
            [](const LayerStack& s) {
                TensorFile file;
                s.store(file);
                return py::bytes(write_tensors(file));
            },
            "Description and parameters, safetensors layout.")
        .def_static(
            "from_bytes",
            [](const std::string& bytes) {
                return LayerStack::load(read_tensors(bytes, "layer stack"));
            },
            py::arg("bytes"), "Raises CorruptionError, ConfigError.");
    bind_stack_passes(bound);
}

}  // namespace latpred::bindings

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/held_object.hpp"
#include "bindings/networks.hpp"
#include "networks/differentiable.hpp"
#include "networks/recalibration.hpp"
#include "networks/taps.hpp"

namespace latpred::bindings {
namespace {

/// A loss of Python's with methods `slope(outputs)` and `curvature(outputs, direction)`.
class PythonLoss final : public OutputLoss {
  public:
    explicit PythonLoss(py::object loss) : loss_(std::move(loss)) {}

    double slope(const OutputBatch& outputs, std::span<float> slope) const override {
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        const auto pair =
            loss_.get().attr("slope")(array(outputs, outputs.values)).cast<py::tuple>();
        copy(pair[1], slope);
        return pair[0].cast<double>();
    }
    void curvature(const OutputBatch& outputs, std::span<const float> direction,
                   std::span<float> product) const override {
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        copy(loss_.get().attr("curvature")(array(outputs, outputs.values),
                                           array(outputs, direction)),
             product);
    }

  private:
    static py::array_t<float> array(const OutputBatch& outputs, std::span<const float> values) {
        return to_numpy(
            std::vector<float>(values.begin(), values.end()),
            {static_cast<py::ssize_t>(outputs.batch), static_cast<py::ssize_t>(outputs.width)});
    }
    static void copy(const py::object& from, std::span<float> to) {
        const auto values = from.cast<Array<float>>();
        if (static_cast<std::size_t>(values.size()) != to.size()) {
            throw ConfigError(message("loss: a gradient of ", values.size(), " values for ",
                                      to.size(), " outputs, as many expected"));
        }
        std::ranges::copy(view(values), to.begin());
    }

    HeldObject loss_;
};

using SharedLoss = std::shared_ptr<OutputLoss>;

std::vector<float> floats(const py::object& given, const std::string& what) {
    const Array<float> array = real_array(given, what);
    return {array.data(), array.data() + array.size()};
}

std::vector<std::int64_t> class_labels(const py::object& given) {
    const py::array array = py::array::ensure(given);
    if (!array || std::string("iu").find(array.dtype().kind()) == std::string::npos) {
        PyErr_Clear();
        throw ConfigError(message("loss: labels of ",
                                  py::str(py::type::of(given)).cast<std::string>(),
                                  ", an array of one integer an image expected"));
    }
    const Array<std::int64_t> labels(array);
    return {labels.data(), labels.data() + labels.size()};
}

void bind_losses(py::module_& m) {
    py::class_<OutputLoss, SharedLoss>(m, "OutputLoss", "A loss of a batch of outputs.");
    m.def(
        "sum_loss", [](bool mean) { return SharedLoss(sum_loss(mean)); }, py::arg("mean"),
        "Sum or mean of all outputs.");
    m.def(
        "weighted_sum_loss",
        [](const py::object& weights) {
            return SharedLoss(weighted_sum_loss(floats(weights, "loss")));
        },
        py::arg("weights"), "Sum of outputs by weights of the same shape.");
    m.def(
        "squared_error_loss",
        [](const py::object& targets) {
            return SharedLoss(squared_error_loss(floats(targets, "loss: targets")));
        },
        py::arg("targets"), "Mean of squared differences.");
    m.def(
        "cross_entropy_loss",
        [](const py::object& labels) {
            return SharedLoss(cross_entropy_loss(class_labels(labels)));
        },
        py::arg("labels"), "Mean of -log softmax(outputs)[label] over the batch.");
    m.def(
        "python_loss",
        [](py::object loss) { return SharedLoss(std::make_shared<PythonLoss>(std::move(loss))); },
        py::arg("loss"),
        "Calls its `slope(outputs)`, a pair of value and gradient, and `curvature(outputs, "
        "direction)`.");
}

py::tuple run(const Network& network, const py::object& given, bool batch_statistics,
              const std::vector<std::string>& taps) {
    const Array<float> images = image_batch(network.graph(), given);
    const PassOptions pass{batch_statistics, operators_named(network.graph(), taps)};
    std::vector<float> out = room_for_output(network.graph(), images);
    std::vector<NamedArray> values;
    {
        const Cancellable cancellable;
        PythonMonitor monitor(std::nullopt);
        values = network.run(view(images), images.shape(0), out, pass, monitor);
    }
    py::dict tapped;
    for (std::size_t i = 0; i < taps.size(); ++i)
        tapped[py::str(taps[i])] = to_array(std::move(values[i]));
    return py::make_tuple(output_array(network.graph(), std::move(out)), std::move(tapped));
}

GradientQuery query_of(const OpGraph& graph, const std::string& of,
                       const std::vector<std::string>& values, int order) {
    GradientQuery query{.of = GradientQuery::Of::weights, .values = {}, .order = order};
    if (order != 1 && order != 2)
        throw ConfigError(message("gradients: order ", order, ", 1 or 2 expected"));
    if (of == "inputs")
        query.of = GradientQuery::Of::inputs;
    if (of == "values") {
        query.of = GradientQuery::Of::values;
        query.values = operators_named(graph, values);
    }
    return query;
}

py::dict gradients(const Network& network, const py::object& given, const SharedLoss& loss,
                   const std::string& of, const std::vector<std::string>& values, int order,
                   const std::optional<py::dict>& direction, bool batch_statistics) {
    const Array<float> images = image_batch(network.graph(), given);
    GradientQuery query = query_of(network.graph(), of, values, order);
    StateDict along;
    if (direction) {
        along = to_state_dict(*direction);
        query.direction = &along;
    }
    StateDict found;
    {
        const Cancellable cancellable;
        PythonMonitor monitor(std::nullopt);
        found = network.differentiable(batch_statistics, monitor)
                    .gradients(view(images), images.shape(0), *loss, query, monitor);
    }
    return to_arrays(std::move(found));
}

void bind_recalibration(py::module_& m) {
    py::class_<Recalibration>(m, "Recalibration", "Statistics of batch norms from batches.")
        .def(py::init([](const Network& network, const std::string& averaging) {
                 return std::make_unique<Recalibration>(network, statistics_average(averaging));
             }),
             py::arg("network"), py::arg("averaging"), py::keep_alive<1, 2>(),
             "averaging: \"pytorch\" or \"ofa\".")
        .def(
            "add",
            [](Recalibration& recalibration, const Network& network, const py::object& given) {
                const Array<float> images = image_batch(network.graph(), given);
                const Cancellable cancellable;
                PythonMonitor monitor(std::nullopt);
                recalibration.add(view(images), images.shape(0), monitor);
            },
            py::arg("network"), py::arg("images"), "A batch of N x C x H x W images.")
        .def(
            "parameters",
            [](const Recalibration& recalibration) {
                StateDict state;
                {
                    const Cancellable cancellable;
                    state = recalibration.parameters();
                }
                return to_arrays(std::move(state));
            },
            "All parameters by name, with the new statistics.");
}

}  // namespace

void bind_gradients(py::module_& m, py::class_<Network>& network) {
    bind_losses(m);
    bind_recalibration(m);
    network
        .def("run", &run, py::arg("images"), py::kw_only(), py::arg("batch_statistics"),
             py::arg("taps"), "Outputs, and values of the operators `taps` by name.")
        .def("gradients", &gradients, py::arg("images"), py::arg("loss"), py::kw_only(),
             py::arg("of"), py::arg("values"), py::arg("order"), py::arg("direction"),
             py::arg("batch_statistics"),
             "By name; of: \"weights\", \"inputs\" or \"values\", those of the operators named.");
}

}  // namespace latpred::bindings

// MultiPredict, BRP-NAS and the combined method.
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/predictors_hardware.hpp"
#include "bindings/spaces.hpp"
#include "encodings/graph_batch.hpp"
#include "neural/brp_nas.hpp"
#include "neural/combined.hpp"
#include "neural/multipredict.hpp"
#include "neural/published_inputs.hpp"
#include "neural/published_layers.hpp"
#include "predictors/fitter_settings.hpp"

namespace latpred::bindings {
namespace {

template <class Fitter>
std::shared_ptr<Adaptable> fit_published(const Fitter& fitter, const DeviceTables& tables,
                                         std::uint64_t seed, MaybeProgress progress) {
    const std::vector<DeviceRows> devices = device_rows(tables);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return std::const_pointer_cast<Adaptable>(
        fitter.fit(devices, {.seed = seed, .monitor = &monitor}));
}

std::shared_ptr<GraphBatch> published_graphs(const Architectures& archs, const std::string& form) {
    const bool eagle = form == "eagle";
    if (!eagle && form != "help")
        throw ConfigError("published graphs: 'eagle' or 'help' expected");
    const Cancellable cancellable;
    const PublishedCells cells(archs.space(),
                               eagle ? PublishedCells::Form::eagle : PublishedCells::Form::help);
    return std::make_shared<GraphBatch>(*cells.read(archs, false, 1).graphs);
}

py::array_t<float> published_blocks(const Architectures& archs) {
    const PublishedBlocks blocks(archs.space());
    const auto width = static_cast<py::ssize_t>(blocks.widths().at("choices"));
    return to_numpy(std::move(blocks.read(archs, false, 1).inputs.at("choices")),
                    {static_cast<py::ssize_t>(archs.size()), width});
}

std::shared_ptr<DeviceFitter>
multipredict_fitter(const std::string& text,
                    std::optional<std::shared_ptr<NetworkFeatures>> features) {
    FitterSettings settings = FitterSettings::parse(text);
    auto fitter = make_multipredict_fitter(settings, features.value_or(nullptr));
    settings.finish();
    return std::const_pointer_cast<DeviceFitter>(fitter);
}

py::tuple gated(const Array<double>& values, const Array<double>& residuals, double scale) {
    const auto rows = static_cast<Eigen::Index>(residuals.size());
    require_sizes(values.ndim() == 2 && values.shape(0) == residuals.size(),
                  "gate_residuals: N x D values and N residuals expected");
    const Eigen::MatrixXd matrix =
        Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
            values.data(), rows, static_cast<Eigen::Index>(values.shape(1)));
    const ResidualGate gate =
        gate_residuals(matrix, Eigen::Map<const Eigen::VectorXd>(residuals.data(), rows), scale);
    return py::make_tuple(
        std::vector<double>(gate.weights.data(), gate.weights.data() + gate.weights.size()),
        gate.share);
}

constexpr const char* fit_docs =
    "Of (name, archs, latencies in ms, parameters) of each device. Raises ConfigError, DataError, "
    "SchemaError, TrainingError.";

template <class Fitter>
void bind_published_fitter(py::module_& m, const char* name, const char* docs) {
    py::class_<Fitter, DeviceFitter, std::shared_ptr<Fitter>>(m, name, docs)
        .def("fit", &fit_published<Fitter>, py::arg("tables"), py::kw_only(), py::arg("seed") = 0,
             py::arg("progress") = py::none(), fit_docs);
}

}  // namespace

void bind_published_networks(py::module_& m);

void bind_published_networks(py::module_& m) {
    m.def("multipredict_layers", &multipredict_layers, py::arg("inputs"), py::arg("devices"),
          "MultiPredict's layers over inputs of these widths, for LayerStack.");
    m.def("brp_nas_layers", &brp_nas_layers, py::arg("inputs"), py::arg("hidden"),
          py::arg("dropout"), py::arg("global_node"), "BRP-NAS's layers, for LayerStack.");
    m.def("batch_norm_layers", &batch_norm_layers, py::arg("inputs"), py::arg("hidden"),
          py::arg("devices"), "A perceptron with batch norm, for LayerStack.");
    m.def("published_graphs", &published_graphs, py::arg("archs"), py::arg("form"),
          "Cells as 'help' or 'eagle' (BRP-NAS) has them. Raises ConfigError.");
    m.def("published_blocks", &published_blocks, py::arg("archs"),
          "FBNet's networks as HELP has them: N x 132. Raises ConfigError.");
    m.def("multipredict_fitter", &multipredict_fitter, py::arg("settings"),
          py::arg("features") = py::none(),
          "Of settings as JSON, and features of networks. Raises ConfigError.");
    m.def("gate_residuals", &gated, py::arg("values"), py::arg("residuals"), py::arg("scale"),
          "(weights, share of the evidence) of the combined method, for tests.");
    bind_published_fitter<BrpNasDevices>(m, "BrpNasDevices", "Of BrpNasPredictor.");
    bind_published_fitter<CombinedFitter>(m, "CombinedFitter", "Of CombinedPredictor.");
}

}  // namespace latpred::bindings

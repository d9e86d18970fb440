// Intervals, ensembles and trees.
#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "bindings/whole_numbers.hpp"
#include "predictors/ensemble.hpp"
#include "predictors/intervals.hpp"
#include "predictors/one_sided.hpp"
#include "predictors/trees.hpp"

namespace latpred::bindings {
namespace {

using Shared = std::shared_ptr<Predictor>;

py::array_t<double> scores_of(const Predictor& model, const Architectures& archs,
                              const Array<double>& values) {
    const std::span<const double> y = view(values);
    std::vector<double> scores;
    {
        const Cancellable cancellable;
        scores = interval_scores(model, archs, y);
    }
    return to_numpy(std::move(scores));
}

py::tuple interval_of(const Predictor& model, const Architectures& archs, double confidence) {
    std::vector<double> low(archs.size());
    std::vector<double> high(archs.size());
    {
        const Cancellable cancellable;
        predict_interval(model, archs, confidence, low, high);
    }
    return py::make_tuple(to_numpy(std::move(low)), to_numpy(std::move(high)));
}

void calibrate(Predictor& model, const Array<double>& scores, const std::string& method) {
    const std::span<const double> given = view(scores);
    set_calibration(model, {given.begin(), given.end()}, method);
}

py::array_t<double> spreads_of(const Predictor& model, const Architectures& archs) {
    std::vector<double> spreads(archs.size());
    {
        const Cancellable cancellable;
        std::vector<double> predicted(archs.size());
        model.evaluate(archs, predicted);
        model.spreads(archs, predicted, spreads);
    }
    return to_numpy(std::move(spreads));
}

ModelInfo info_like(const std::string& kind, const ModelInfo& other) {
    ModelInfo info = other;
    info.kind = kind;
    info.notes.clear();
    return info;
}

std::shared_ptr<Ensemble> make_ensemble(const std::vector<Shared>& members) {
    ModelInfo info;
    if (!members.empty())
        info = info_like("ensemble", members.front()->info());
    return std::make_shared<Ensemble>(std::move(info),
                                      Ensemble::Members(members.begin(), members.end()));
}

py::array_t<double> member_deviations(const Ensemble& model, const Architectures& archs) {
    std::vector<double> values(archs.size());
    {
        const Cancellable cancellable;
        model.deviations(archs, values);
    }
    return to_numpy(std::move(values));
}

std::shared_ptr<Trees> make_trees(const Architectures& archs, const Array<double>& values,
                                  const py::array& roots, const py::array& features,
                                  const py::array& left, const py::array& right,
                                  const Array<double>& thresholds, const std::string& device) {
    const std::span<const double> numbers = view(thresholds);
    return std::make_shared<Trees>(archs.space_ptr(),
                                   fitted_info("trees", archs, view(values), device),
                                   TreeNodes{whole_numbers<std::int32_t>(roots, "roots"),
                                             whole_numbers<std::int32_t>(features, "features"),
                                             whole_numbers<std::int32_t>(left, "left"),
                                             whole_numbers<std::int32_t>(right, "right"),
                                             {numbers.begin(), numbers.end()}});
}

py::array_t<double> features_of(const Architectures& archs) {
    std::vector<double> features;
    {
        const Cancellable cancellable;
        features = tree_features(archs);
    }
    const auto rows = static_cast<py::ssize_t>(archs.size());
    const auto columns = static_cast<py::ssize_t>(archs.columns() + CostFeatures::count);
    return to_numpy(std::move(features), {rows, columns});
}

}  // namespace

void bind_intervals(py::module_& m) {
    m.def("interval_scores", &scores_of, py::arg("model"), py::arg("archs"), py::arg("values"),
          "N scores |value - prediction| / spread. Raises DataError, SchemaError.");
    m.def("set_calibration", &calibrate, py::arg("model"), py::arg("scores"), py::arg("method"),
          "Keep scores of held-out rows in the model. Raises DataError.");
    m.def(
        "calibration",
        [](const Predictor& model) {
            const Calibration& kept = model.calibration();
            return py::make_tuple(to_numpy(std::vector<double>(kept.scores)), kept.method);
        },
        py::arg("model"), "(ascending scores, method).");
    m.def("predict_interval", &interval_of, py::arg("model"), py::arg("archs"),
          py::arg("confidence"),
          "(low, high), N each. Raises NotFittedError, ConfigError, DataError.");
    m.def(
        "upper_bound",
        [](const Shared& model, double confidence) -> std::shared_ptr<Objective> {
            return std::make_shared<UpperBound>(model, confidence);
        },
        py::arg("model"), py::arg("confidence"),
        "One-sided bounds as an objective. Raises NotFittedError, ConfigError, DataError.");
    m.def(
        "coverage",
        [](const Array<double>& low, const Array<double>& high, const Array<double>& values) {
            return coverage(view(low), view(high), view(values));
        },
        py::arg("low"), py::arg("high"), py::arg("values"),
        "Share of the values in their intervals, 0 to 1. Raises DataError.");
    m.def("spreads", &spreads_of, py::arg("model"), py::arg("archs"),
          "N spreads: interval widths up to a common factor.");
    m.def(
        "training_hash",
        [](const Architectures& archs, const Array<double>& values) {
            return training_hash(archs, view(values));
        },
        py::arg("archs"), py::arg("values"), "Tells training tables apart.");
    py::class_<Ensemble, Predictor, std::shared_ptr<Ensemble>>(m, "Ensemble",
                                                               "The mean of several predictors.")
        .def("deviations", &member_deviations, py::arg("archs"),
             "N standard deviations of members.")
        .def_property_readonly("members", [](const Ensemble& e) { return e.members().size(); });
    m.def("make_ensemble", &make_ensemble, py::arg("members"), "Raises ConfigError, SchemaError.");
    py::class_<Trees, Predictor, std::shared_ptr<Trees>>(m, "Trees", "A sum of decision trees.");
    m.def("make_trees", &make_trees, py::arg("archs"), py::arg("values"), py::kw_only(),
          py::arg("roots"), py::arg("features"), py::arg("left"), py::arg("right"),
          py::arg("thresholds"), py::arg("device"), "Raises ConfigError.");
    m.def("tree_features", &features_of, py::arg("archs"), "N x (genes and 14 costs).");
}

}  // namespace latpred::bindings

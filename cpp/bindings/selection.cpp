// Choice and resampling over any fitter.
#include "bindings/selection.hpp"

#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "selection/auto_fitter.hpp"
#include "selection/bag.hpp"
#include "selection/calibrate.hpp"
#include "selection/label_calibration.hpp"
#include "selection/registry.hpp"

namespace latpred::bindings {
namespace {

using NamedFitters = std::vector<std::pair<std::string, SharedFitter>>;

std::vector<Candidate> named_candidates(const NamedFitters& given) {
    std::vector<Candidate> all;
    for (const auto& [name, fitter] : given)
        all.push_back({name, fitter});
    return all;
}

py::tuple score_tuple(const CandidateScore& score) {
    return py::make_tuple(score.mae, score.mape_percent, score.spearman, score.folds,
                          score.failure);
}

py::list list_folds(const Architectures& archs, std::size_t count, std::uint64_t seed) {
    std::vector<Fold> found;
    {
        const Cancellable cancellable;
        found = make_folds(archs, count, seed);
    }
    py::list parts;
    for (Fold& fold : found)
        parts.append(
            py::make_tuple(to_numpy(std::move(fold.train)), to_numpy(std::move(fold.held_out))));
    return parts;
}

py::tuple validate_by_folds(const Fitter& fitter, const Architectures& archs,
                            const Array<double>& values, std::size_t count, std::uint64_t seed,
                            MaybeProgress progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    CandidateScore score;
    {
        const Cancellable cancellable;
        score = cross_validate(fitter, {archs, y}, {count, seed}, {.monitor = &monitor});
    }
    return score_tuple(score);
}

HeldOut fit_held_out(const Fitter& fitter, const Architectures& archs, const Array<double>& values,
                     std::size_t count, std::uint64_t seed, MaybeProgress progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    const Rows rows{archs, y};
    return held_out(fitter, rows, folds_of(rows, {count, seed}), {.monitor = &monitor});
}

py::tuple select_best(const NamedFitters& given, const Architectures& archs,
                      const Array<double>& values, std::size_t count, std::uint64_t seed,
                      MaybeProgress progress) {
    const std::vector<Candidate> candidates = named_candidates(given);
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    Selection found;
    std::map<std::string, std::string> notes;
    {
        const Cancellable cancellable;
        found = select(candidates, {archs, y}, {count, seed}, {.monitor = &monitor});
        notes = selection_notes(candidates, found);
    }
    py::dict ranked;
    for (const std::size_t i : found.ranking)
        ranked[py::str(candidates[i].name)] = score_tuple(found.scores[i]);
    return py::make_tuple(ranked, notes, std::move(found.held_out));
}

void calibrate_model_by_folds(Predictor& model, const Fitter& fitter, const Architectures& archs,
                              const Array<double>& values, std::size_t count, std::uint64_t seed,
                              MaybeProgress progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    calibrate_by_folds(model, fitter, {archs, y}, {count, seed}, {.monitor = &monitor});
}

void calibrate_model_on_labels(Predictor& model, const HeldOut& held_out,
                               const Architectures& archs, const Array<double>& values,
                               const Array<std::uint8_t>& counted, double label_noise,
                               double reading_noise) {
    const std::span<const double> y = view(values);
    const LabelNoise noise{view(counted), label_noise, reading_noise};
    const Cancellable cancellable;
    calibrate_on_labels(model, held_out, {archs, y}, noise);
}

void bind_held_out(py::module_& m) {
    py::class_<HeldOut>(m, "HeldOut", "Models fitted without some of the rows each.")
        .def_property_readonly(
            "predicted",
            [](const HeldOut& found) { return to_numpy(std::vector<double>(found.predicted)); },
            "N predictions, each by the model that did not see the row.");
    m.def("held_out", &fit_held_out, py::arg("fitter"), py::arg("archs"), py::arg("values"),
          py::kw_only(), py::arg("folds"), py::arg("seed"), py::arg("progress") = py::none(),
          "Models of the rows outside each fold. Raises as `folds` and fits.");
    m.def("calibrate_on_labels", &calibrate_model_on_labels, py::arg("model"), py::arg("held_out"),
          py::arg("archs"), py::arg("values"), py::arg("counted"), py::kw_only(),
          py::arg("label_noise"), py::arg("reading_noise"),
          "As `calibrate_by_folds`, by models that are there, but only errors of the rows that "
          "`counted` flags become scores, less the noise (deviations of ln) by which their labels "
          "exceed the readings that the intervals are for. Raises DataError.");
}

void bind_selection_fitters(py::module_& m) {
    py::class_<EnsembleFitter, Fitter, std::shared_ptr<EnsembleFitter>>(m, "EnsembleFitter",
                                                                        "Of EnsemblePredictor.")
        .def(py::init([](const std::vector<SharedFitter>& bases, std::optional<std::size_t> members,
                         std::optional<double> share) {
                 return std::make_shared<EnsembleFitter>(
                     std::vector<FitterPtr>(bases.begin(), bases.end()),
                     BagOptions{members, share});
             }),
             py::arg("bases"), py::kw_only(), py::arg("members"), py::arg("share"),
             "Settings of latpred.EnsemblePredictor. Raises ConfigError.");
    py::class_<AutoFitter, Fitter, std::shared_ptr<AutoFitter>>(m, "AutoFitter",
                                                                "Of AutoPredictor.")
        .def(py::init([](const std::string& effort, std::size_t count,
                         const NamedFitters& candidates, const NamedFitters& offered) {
                 return std::make_shared<AutoFitter>(effort, count, named_candidates(candidates),
                                                     named_candidates(offered));
             }),
             py::kw_only(), py::arg("effort"), py::arg("folds"), py::arg("candidates"),
             py::arg("offered"), "Settings of latpred.AutoPredictor. Raises ConfigError.");
    m.def(
        "usual_candidates",
        [](std::size_t rows, const std::string& effort, const NamedFitters& offered) {
            std::vector<std::string> names;
            for (const Candidate& candidate :
                 usual_candidates(rows, effort, named_candidates(offered)))
                names.push_back(candidate.name);
            return names;
        },
        py::arg("rows"), py::arg("effort"), py::arg("offered"),
        "Names of the candidates for so many rows. Raises ConfigError.");
}

}  // namespace

void bind_selection(py::module_& m) {
    register_selection();
    bind_selection_fitters(m);
    m.def("folds", &list_folds, py::arg("archs"), py::arg("count"), py::arg("seed"),
          "(rows to fit, rows held out) of each fold; all rows of one network are in one fold. "
          "Raises ConfigError, DataError.");
    m.def("cross_validate", &validate_by_folds, py::arg("fitter"), py::arg("archs"),
          py::arg("values"), py::kw_only(), py::arg("folds"), py::arg("seed"),
          py::arg("progress") = py::none(),
          "(mae, mape_percent, spearman, folds, failure) of held-out rows.");
    m.def("select", &select_best, py::arg("candidates"), py::arg("archs"), py::arg("values"),
          py::kw_only(), py::arg("folds"), py::arg("seed"), py::arg("progress") = py::none(),
          "({name: score as of `cross_validate`}, best first; notes; HeldOut of the best). Raises "
          "DataError.");
    m.def("calibrate_by_folds", &calibrate_model_by_folds, py::arg("model"), py::arg("fitter"),
          py::arg("archs"), py::arg("values"), py::kw_only(), py::arg("folds"), py::arg("seed"),
          py::arg("progress") = py::none(),
          "Scores of held-out rows become the calibration of `model`; folds 0: as the number of "
          "rows asks for. Raises as `folds` and fits.");
    bind_held_out(m);
    bind_curves(m);
}

}  // namespace latpred::bindings

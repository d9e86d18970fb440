// Searches that measure: only what holds is returned, or measurements where predictions are unsure.
#include <limits>

#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/text.hpp"
#include "bindings/guided.hpp"
#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/searching.hpp"
#include "bindings/spaces.hpp"
#include "guided/measuring_search.hpp"
#include "guided/remembered.hpp"
#include "guided/verified_search.hpp"
#include "searching/feasibility.hpp"
#include "selection/watch.hpp"
#include "spaces/enumeration.hpp"

namespace latpred::bindings {
namespace {

using MaybeModel = std::optional<std::shared_ptr<Predictor>>;
using MaybeFitter = std::optional<SharedFitter>;

/// Python holds it, so that it is there after an interrupt.
struct VerifiedCandidates {
    std::vector<VerifiedCandidate> tests;
};

/// Objectives of which less is better, turned.
class Turned final : public Objective {
  public:
    explicit Turned(SharedObjective inner) : inner_(std::move(inner)) {}

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        inner_->evaluate(archs, values);
        for (double& value : values)
            value = -value;
    }

  private:
    SharedObjective inner_;
};

SearchResult verified(const SharedSpace& space, const Goals& goals, const Limits& limits,
                      const std::string& method, SearchSettings settings, const py::object& initial,
                      const py::function& measure, std::size_t most, double confidence,
                      const MaybeModel& model, const MaybeFitter& fitter,
                      const Architectures& measured, const Array<double>& latency_ms,
                      VerifiedCandidates& tests, MaybeProgress progress) {
    Problem problem = to_problem(space, goals, limits);
    if (!initial.is_none())
        settings.initial = to_architectures(space, initial);
    if (problem.constraints.size() <= bound_constraint)
        throw ConfigError("search: the latency and its bound expected as the first limits");
    const bool same =
        std::get<1>(limits[latency_constraint]).is(std::get<1>(limits[bound_constraint]));
    const SharedObjective given =
        std::make_shared<Remembered>(problem.constraints[latency_constraint].objective);
    const SharedObjective bound = same ? given : problem.constraints[bound_constraint].objective;
    const Measure by = measure_by(measure);
    const std::span<const double> values = view(latency_ms);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    const VerifySettings plan{method, most, settings};
    if (!model) {
        LatencyBelief belief(given, bound, space);
        return search_verified(std::move(problem), belief, by, plan, tests.tests, monitor);
    }
    RefinedModel latency(*model, FitterPtr(fitter.value_or(nullptr)), {measured, values},
                         {.seed = settings.seed, .monitor = &monitor});
    LatencyBelief belief(latency, confidence);
    return search_verified(std::move(problem), belief, by, plan, tests.tests, monitor);
}

void measuring(MeasuringState& state, const SharedSpace& space, const py::object& objective,
               bool maximise, const std::optional<Architectures>& candidates,
               const MaybeModel& model, const MaybeFitter& fitter, const Architectures& measured,
               const Array<double>& latency_ms, const py::function& measure,
               const py::function& allowance, const MeasuringSettings& settings,
               const SearchSettings& evolution, MaybeProgress progress) {
    SharedObjective score =
        std::make_shared<Remembered>(to_objective(objective, "search: objective"));
    if (!maximise)
        score = std::make_shared<Turned>(score);
    const Measure by = measure_by(measure);
    const Allowance allowed = [&allowance](std::size_t wanted) {
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        return allowance(wanted).cast<std::size_t>();
    };
    const std::span<const double> values = view(latency_ms);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    PollOnly quiet(monitor);
    check(settings);
    RefinedModel latency(model.value_or(nullptr), FitterPtr(fitter.value_or(nullptr)),
                         {measured, values}, {.seed = settings.seed, .monitor = &monitor});
    if (candidates || is_small(*space)) {
        ListedCandidates source(candidates ? *candidates : enumerate(space, small_space), *score);
        search_measuring(source, latency, by, allowed, settings, state, monitor);
        return;
    }
    SearchedCandidates source(space, score, settings.limit, settings.confidence, evolution, quiet);
    source.look_wider(std::isfinite(settings.limit) ? "evolution" : "nsga2");
    search_measuring(source, latency, by, allowed, settings, state, monitor);
}

void bind_verified(py::module_& m) {
    py::class_<Reading>(m, "Reading", "One measured latency in ms; NaN where it is not known.")
        .def_readonly("value", &Reading::value, "NaN where it failed.")
        .def_readonly("low", &Reading::low, "Lower end of its interval.")
        .def_readonly("high", &Reading::high, "Upper end of its interval.");
    py::class_<VerifiedCandidate>(m, "VerifiedCandidate", "A measured candidate of a search.")
        .def_readonly("architecture", &VerifiedCandidate::architecture, "One row.")
        .def_readonly("objective", &VerifiedCandidate::objective, "Its first objective.")
        .def_readonly("predicted", &VerifiedCandidate::predicted, "ms, before it was measured.")
        .def_readonly("upper", &VerifiedCandidate::upper, "Upper bound in ms, before.")
        .def_readonly("reading", &VerifiedCandidate::reading, "What was measured.")
        .def_readonly("verdict", &VerifiedCandidate::verdict, "A word of limit_verdicts.");
    py::class_<VerifiedCandidates>(m, "VerifiedCandidates", "Measured candidates of a search.")
        .def(py::init<>())
        .def_readonly("tests", &VerifiedCandidates::tests, "In the order of measurement.");
    m.def(
        "search_verified", &verified, py::arg("space").none(false), py::kw_only(), py::arg("goals"),
        py::arg("limits"), py::arg("method"), py::arg("settings"), py::arg("initial") = py::none(),
        py::arg("measure"), py::arg("most"), py::arg("confidence"), py::arg("model"),
        py::arg("fitter"), py::arg("measured"), py::arg("latency_ms"), py::arg("tests"),
        py::arg("progress") = py::none(),
        "The first two limits are the latency, unlimited, and its bound; with a `model` they are\n"
        "its own, and `fitter` fits it anew to `measured` and what is measured. `tests` is filled\n"
        "also where this raises. The others as of latpred._core.searching.search.");
}

void bind_state(py::module_& m) {
    py::class_<MeasuringSettings>(m, "MeasuringSettings", "Of search_measuring.")
        .def(py::init([](std::size_t measurements, std::size_t batch, std::size_t first,
                         std::optional<double> limit, double confidence,
                         std::vector<double> reference, std::uint64_t seed) {
                 return MeasuringSettings{
                     measurements, batch,
                     first,        limit.value_or(std::numeric_limits<double>::infinity()),
                     confidence,   std::move(reference),
                     seed};
             }),
             py::kw_only(), py::arg("measurements"), py::arg("batch"), py::arg("first"),
             py::arg("limit"), py::arg("confidence"), py::arg("reference"), py::arg("seed"),
             "See latpred.measuring_search.");
    py::class_<MeasuringState>(m, "MeasuringState", "What a search that measures knows so far.")
        .def(py::init<const SharedSpace&>(), py::arg("space").none(false))
        .def_property_readonly(
            "front", [](const MeasuringState& s) { return s.front.archs; }, "Fastest first.")
        .def_property_readonly(
            "front_columns",
            [](const MeasuringState& s) {
                py::dict columns;
                columns["objective"] = to_numpy(std::vector(s.front.scores));
                columns["latency_ms"] = to_numpy(std::vector(s.front.latencies));
                columns["low_ms"] = to_numpy(std::vector(s.front.low));
                columns["high_ms"] = to_numpy(std::vector(s.front.high));
                columns["measured"] = to_numpy(std::vector(s.front.measured));
                return columns;
            },
            "Of the front; minimised objectives have their sign turned.")
        .def_readonly("measured", &MeasuringState::measured, "In the order of measurement.")
        .def_readonly("readings", &MeasuringState::readings, "Of them.")
        .def_readonly("reference", &MeasuringState::reference, "Objective, latency.")
        .def_property_readonly(
            "history",
            [](const MeasuringState& s) {
                py::dict history;
                history["measurements"] = to_numpy(std::vector<std::int64_t>(
                    s.history_measurements.begin(), s.history_measurements.end()));
                history["hypervolume"] = to_numpy(std::vector(s.history_hypervolume));
                return history;
            },
            "After each round.")
        .def_readonly("undecided", &MeasuringState::undecided, "Candidates left open.")
        .def_readonly("candidates", &MeasuringState::candidates, "In the last round.")
        .def_readonly("stopped", &MeasuringState::stopped, "Why it ended.");
    m.def("search_measuring", &measuring, py::arg("state"), py::kw_only(),
          py::arg("space").none(false), py::arg("objective"), py::arg("maximise"),
          py::arg("candidates"), py::arg("model"), py::arg("fitter"), py::arg("measured"),
          py::arg("latency_ms"), py::arg("measure"), py::arg("allowance"), py::arg("settings"),
          py::arg("evolution"), py::arg("progress") = py::none(),
          "Fills `state`, which holds what is known also where this raises. `allowance`: how many\n"
          "of so many networks may be measured now. See latpred.measuring_search.");
}

}  // namespace

Measure measure_by(const py::function& function) {
    return [&function](const Architectures& archs) {
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        const auto rows = Array<double>::ensure(function(archs));
        if (!rows || rows.ndim() != 2 || rows.shape(1) != 3)
            throw DataError("search: measurements of N x 3 numbers expected");
        std::vector<Reading> readings;
        for (py::ssize_t i = 0; i < rows.shape(0); ++i)
            readings.push_back({rows.at(i, 0), rows.at(i, 1), rows.at(i, 2)});
        return readings;
    };
}

void bind_measuring(py::module_& m) {
    bind_verified(m);
    bind_state(m);
}

}  // namespace latpred::bindings

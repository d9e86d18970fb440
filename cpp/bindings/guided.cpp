// Search under limits that measurements refine.
#include <algorithm>

#include "bindings/eigen.hpp"
#include "bindings/guided.hpp"
#include "bindings/monitor.hpp"
#include "bindings/pickles.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/searching.hpp"
#include "bindings/spaces.hpp"
#include "guided/device_likeness.hpp"
#include "guided/limit_judgement.hpp"
#include "guided/limited_search.hpp"
#include "guided/listed_values.hpp"
#include "guided/model_guided.hpp"
#include "guided/next_networks.hpp"
#include "guided/pairwise_model.hpp"
#include "selection/watch.hpp"

namespace latpred::bindings {
namespace {

using MaybeModel = std::optional<std::shared_ptr<Predictor>>;
using MaybeLearnt = std::optional<std::shared_ptr<Adaptable>>;

SharedObjective objective_or_none(const py::object& given, const char* what) {
    return given.is_none() ? nullptr : to_objective(given, what);
}

LimitedResult within_limit(const MaybeModel& model, const MaybeLearnt& learnt,
                           const Architectures& measured, const Array<double>& latency_ms,
                           const SharedSpace& space, const std::optional<Architectures>& candidates,
                           const py::object& score, const py::object& accuracy,
                           const py::object& meter, const LimitSettings& limit,
                           const SearchSettings& evolution, MaybeProgress progress) {
    const SharedObjective scores = to_objective(score, "search: score");
    const SharedObjective decides = objective_or_none(accuracy, "search: accuracy");
    const SharedObjective measure = objective_or_none(meter, "search: measure");
    const std::span<const double> values = view(latency_ms);
    require_sizes(model || learnt, "search: a model, or what adapts to one, expected");
    check(limit);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    RefinedModel latency(model.value_or(nullptr), learnt.value_or(nullptr), {measured, values},
                         {.seed = evolution.seed, .monitor = &monitor});
    PollOnly quiet(monitor);
    std::unique_ptr<CandidateSource> source;
    if (candidates)
        source = std::make_unique<ListedCandidates>(*candidates, *scores);
    else
        source =
            candidates_of_space(space, scores, limit.limit, limit.confidence, evolution, quiet);
    return search_within_limit(*source, latency, decides.get(), measure.get(), limit, monitor);
}

SearchResult by_model(const SharedSpace& space, const Goals& goals, const Limits& limits,
                      SearchSettings settings, std::optional<SharedFitter> fitter,
                      const py::object& initial, MaybeProgress progress) {
    const Problem problem = to_problem(space, goals, limits);
    if (!initial.is_none())
        settings.initial = to_architectures(space, initial);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    PollOnly quiet(monitor);
    if (!fitter) {
        PairwiseModel model(space);
        return search_by_model(problem, model, settings, monitor);
    }
    FittedModel model(*fitter, {.seed = settings.seed, .monitor = &quiet});
    return search_by_model(problem, model, settings, monitor);
}

void bind_results(py::module_& m) {
    py::class_<Contender>(m, "Contender", "A candidate and what is known of its latency in ms.")
        .def_readonly("architecture", &Contender::architecture, "One row.")
        .def_readonly("score", &Contender::score, "What it is worth; more is better.")
        .def_readonly("predicted", &Contender::predicted, "ms.")
        .def_readonly("upper", &Contender::upper, "Upper bound in ms.")
        .def_readonly("chance", &Contender::chance, "To keep the limit, 0 to 1.")
        .def_readonly("measured", &Contender::measured, "ms; NaN where it was not measured.")
        .def(py::pickle(
            [](const Contender& c) {
                return py::make_tuple(c.architecture, c.score, c.predicted, c.upper, c.chance,
                                      c.measured);
            },
            [](const py::tuple& state) {
                return Contender{entry_of<Architectures>(state, 0), entry_of<double>(state, 1),
                                 entry_of<double>(state, 2),        entry_of<double>(state, 3),
                                 entry_of<double>(state, 4),        entry_of<double>(state, 5)};
            }));
    py::class_<LimitedResult>(m, "LimitedResult", "What a search under a predicted limit found.")
        .def_readonly("best", &LimitedResult::best, "The network.")
        .def_readonly("accuracy", &LimitedResult::accuracy, "Of the best.")
        .def_readonly("finalists", &LimitedResult::finalists, "Best score first.")
        .def_readonly("tests", &LimitedResult::tests, "Measured candidates, in their order.")
        .def_readonly("candidates", &LimitedResult::candidates, "How many, at the end.")
        .def_readonly("stopped", &LimitedResult::stopped, "Why no more were measured.")
        .def(py::pickle(
            [](const LimitedResult& r) {
                return py::make_tuple(r.best, r.accuracy, r.finalists, r.tests, r.candidates,
                                      r.stopped);
            },
            [](const py::tuple& state) {
                auto best = entry_of<Contender>(state, 0);
                LimitedResult result(best.architecture.space_ptr());
                result.best = std::move(best);
                result.accuracy = entry_of<double>(state, 1);
                result.finalists = entry_of<std::vector<Contender>>(state, 2);
                result.tests = entry_of<std::vector<Contender>>(state, 3);
                result.candidates = entry_of<std::size_t>(state, 4);
                result.stopped = entry_of<std::string>(state, 5);
                return result;
            }));
}

void bind_judgements(py::module_& m) {
    py::class_<LimitJudgement>(m, "LimitJudgement", "What was found, by what is true.")
        .def_readonly("accuracy", &LimitJudgement::accuracy, "Of the choice.")
        .def_readonly("latency", &LimitJudgement::latency, "ms.")
        .def_readonly("oracle", &LimitJudgement::oracle, "Best accuracy that keeps the limit.")
        .def_readonly("regret", &LimitJudgement::regret, "NaN where the limit is broken.")
        .def_readonly("held_percent", &LimitJudgement::held_percent, "100 or 0.")
        .def_readonly("excess_percent", &LimitJudgement::excess_percent, "NaN where it holds.")
        .def(pickled(&LimitJudgement::accuracy, &LimitJudgement::latency, &LimitJudgement::oracle,
                     &LimitJudgement::regret, &LimitJudgement::held_percent,
                     &LimitJudgement::excess_percent));
    m.def(
        "judge_choice",
        [](const Architectures& choice, const Architectures& candidates,
           const Array<double>& accuracies, const Array<double>& latencies, double limit) {
            const std::span<const double> values = view(accuracies);
            const std::span<const double> ms = view(latencies);
            const std::vector<std::uint64_t> hashes = candidates.hashes();
            const auto place = choice.size() == 1
                                   ? std::ranges::find(hashes, choice.hashes().front())
                                   : hashes.end();
            return judge_choice(static_cast<std::size_t>(place - hashes.begin()), values, ms,
                                limit);
        },
        py::arg("choice"), py::arg("candidates"), py::arg("accuracies"), py::arg("latencies"),
        py::arg("limit"), "Of one of N candidates. Raises DataError.");
    py::class_<StudySummary>(m, "StudySummary", "Of searches under several limits.")
        .def_readonly("exact_least", &StudySummary::exact_least, "Fewest limits of a seed.")
        .def_readonly("exact_most", &StudySummary::exact_most, "Most limits of a seed.")
        .def_readonly("exact_mean", &StudySummary::exact_mean, "Over the seeds.")
        .def_readonly("regret_mean", &StudySummary::regret_mean, "Over all searches.")
        .def_readonly("regret_most", &StudySummary::regret_most, "Over all searches.")
        .def(pickled(&StudySummary::exact_least, &StudySummary::exact_most,
                     &StudySummary::exact_mean, &StudySummary::regret_mean,
                     &StudySummary::regret_most));
    m.def(
        "summarise_regrets",
        [](const Array<std::int64_t>& seeds, const Array<double>& regrets) {
            const std::span<const double> values = view(regrets);
            return summarise_regrets({seeds.data(), static_cast<std::size_t>(seeds.size())},
                                     values);
        },
        py::arg("seeds"), py::arg("regrets"), "Of R searches. Raises DataError.");
}

/// Fitted models; Python objects whose `predict` is their own are asked as such.
std::vector<PredictorPtr> to_models(const py::sequence& given, const Architectures& archs) {
    std::vector<PredictorPtr> models;
    const Architectures none(archs.space_ptr());
    for (const py::handle one : given) {
        if (py::isinstance<Predictor>(one))
            models.push_back(one.cast<PredictorPtr>());
        else if (py::hasattr(one, "predict"))
            models.push_back(python_model(py::reinterpret_borrow<py::object>(one), {none, {}}));
        else
            throw ConfigError(message("models: number ", models.size(), " predicts nothing"));
    }
    return models;
}

NextNetworks choose_next(const py::sequence& given, const Architectures& measured,
                         const Architectures& candidates, std::size_t count, double disagreement,
                         std::uint64_t seed) {
    const std::vector<PredictorPtr> models = to_models(given, candidates);
    const Cancellable cancellable;
    return next_networks(models, measured, candidates, {count, disagreement, seed});
}

void bind_next_networks(py::module_& m) {
    py::class_<NextNetworks>(m, "NextNetworks", "Networks to measure, in the order chosen.")
        .def_property_readonly(
            "rows",
            [](const NextNetworks& found) {
                return to_numpy(std::vector<std::size_t>(found.rows));
            },
            "Their numbers among the candidates.")
        .def_readonly("reasons", &NextNetworks::reasons, "\"disagreement\" or \"design\".")
        .def_property_readonly(
            "values",
            [](const NextNetworks& found) { return to_numpy(std::vector<double>(found.values)); },
            "Deviation in percent of the latency, or share of the variance in percent.")
        .def(pickled(&NextNetworks::rows, &NextNetworks::reasons, &NextNetworks::values));
    m.def("next_networks", &choose_next, py::arg("models"), py::arg("measured"),
          py::arg("candidates"), py::kw_only(), py::arg("count"), py::arg("disagreement") = 0.2,
          py::arg("seed") = 0,
          "Up to `count` candidates that are not measured; see latpred.next_to_measure.");
    m.def(
        "disagreement",
        [](const py::sequence& given, const Architectures& archs) {
            const std::vector<PredictorPtr> models = to_models(given, archs);
            std::vector<double> found;
            {
                const Cancellable cancellable;
                found = disagreement(models, archs);
            }
            return to_numpy(std::move(found));
        },
        py::arg("models"), py::arg("archs"),
        "N standard deviations of the logarithm of the models' predictions.");
}

DeviceLikeness likeness(const Architectures& archs, const Array<double>& latency_ms,
                        const Architectures& other_archs, const Array<double>& other_ms) {
    const std::span<const double> first = view(latency_ms);
    const std::span<const double> second = view(other_ms);
    const Cancellable cancellable;
    return device_likeness({archs, first}, {other_archs, second});
}

void bind_likeness(py::module_& m) {
    const auto values = [](std::vector<double> DeviceLikeness::* of) {
        return
            [of](const DeviceLikeness& found) { return to_numpy(std::vector<double>(found.*of)); };
    };
    py::class_<DeviceLikeness>(m, "DeviceLikeness", "How alike two devices are.")
        .def_readonly("networks", &DeviceLikeness::networks, "In common.")
        .def_readonly("spearman", &DeviceLikeness::spearman, "Rank correlation.")
        .def_readonly("kendall", &DeviceLikeness::kendall, "Kendall's tau-b.")
        .def_readonly("ratio", &DeviceLikeness::ratio, "Median of first / second.")
        .def_readonly("spread_percent", &DeviceLikeness::spread_percent,
                      "Robust standard deviation of ln (first / second).")
        .def_readonly("mape_percent", &DeviceLikeness::mape_percent,
                      "Of ratio x second as a prediction of first.")
        .def_property_readonly("first", values(&DeviceLikeness::first), "ms of common networks.")
        .def_property_readonly("second", values(&DeviceLikeness::second), "ms of them there.")
        .def(pickled(&DeviceLikeness::networks, &DeviceLikeness::spearman, &DeviceLikeness::kendall,
                     &DeviceLikeness::ratio, &DeviceLikeness::spread_percent,
                     &DeviceLikeness::mape_percent, &DeviceLikeness::first,
                     &DeviceLikeness::second));
    m.def("device_likeness", &likeness, py::arg("archs"), py::arg("latency_ms"),
          py::arg("other_archs"), py::arg("other_ms"),
          "Of two tables; see latpred.similar_devices. Raises DataError, SchemaError.");
}

}  // namespace

void bind_guided(py::module_& m) {
    bind_results(m);
    bind_guided_rounds(m);
    py::class_<LimitSettings>(m, "LimitSettings", "Of search_within_limit.")
        .def(
            py::init([](double limit, double confidence, std::size_t tests, std::size_t finalists) {
                return LimitSettings{limit, confidence, tests, finalists};
            }),
            py::kw_only(), py::arg("limit"), py::arg("confidence"), py::arg("tests"),
            py::arg("finalists"), "See latpred.transfer.search.")
        .def_readonly("limit", &LimitSettings::limit, "ms.")
        .def_readonly("confidence", &LimitSettings::confidence, "Of unmeasured networks.");
    m.def("search_within_limit", &within_limit, py::kw_only(), py::arg("model"), py::arg("learnt"),
          py::arg("measured"), py::arg("latency_ms"), py::arg("space").none(false),
          py::arg("candidates"), py::arg("score"), py::arg("accuracy"), py::arg("meter"),
          py::arg("limit"), py::arg("evolution"), py::arg("progress") = py::none(),
          "`model` or None, then that of the measured rows; `learnt` adapts it to more of them.\n"
          "See latpred.transfer.search.");
    m.def("search_by_model", &by_model, py::arg("space").none(false), py::kw_only(),
          py::arg("goals"), py::arg("limits"), py::arg("settings"), py::arg("model") = py::none(),
          py::arg("initial") = py::none(), py::arg("progress") = py::none(),
          "`model`: a fitter of scores; None: a ridge regression on pairs of genes. The other\n"
          "arguments as of latpred._core.searching.search.");
    bind_judgements(m);
    bind_next_networks(m);
    bind_likeness(m);
    bind_measuring(m);
    m.def(
        "listed_values",
        [](const Architectures& archs, const Array<double>& values) -> std::shared_ptr<Objective> {
            const std::span<const double> given = view(values);
            return std::make_shared<ListedValues>(archs, given);
        },
        py::arg("archs"), py::arg("values"),
        "N values as an objective; it raises DataError for other networks.");
}

}  // namespace latpred::bindings

#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/monitor.hpp"
#include "bindings/searching.hpp"
#include "bindings/spaces.hpp"
#include "searching/cost_objective.hpp"
#include "searching/exhaustive.hpp"
#include "searching/roulette.hpp"
#include "searching/search.hpp"

namespace latpred::bindings {
namespace {

void bind_search_settings(py::module_& m) {
    py::class_<SearchSettings>(m, "SearchSettings", "See latpred.search.")
        .def(py::init([](std::size_t population, std::size_t generations, double parent_ratio,
                         double mutation_ratio, double mutation_rate, double crossover_rate,
                         std::uint64_t seed, std::optional<std::vector<double>> reference) {
                 return SearchSettings{population,
                                       generations,
                                       parent_ratio,
                                       mutation_ratio,
                                       mutation_rate,
                                       crossover_rate,
                                       seed,
                                       {},
                                       reference.value_or(std::vector<double>())};
             }),
             py::kw_only(), py::arg("population"), py::arg("generations"), py::arg("parent_ratio"),
             py::arg("mutation_ratio"), py::arg("mutation_rate"), py::arg("crossover_rate") = 1.0,
             py::arg("seed"), py::arg("reference") = py::none());
}

void bind_result(py::module_& m) {
    py::class_<SearchResult>(m, "SearchResult", "See latpred.SearchResult.")
        .def_readonly("architecture", &SearchResult::best)
        .def_readonly("objective", &SearchResult::objective)
        .def_readonly("values", &SearchResult::values)
        .def_readonly("front", &SearchResult::front)
        .def_readonly("evaluations", &SearchResult::evaluations)
        .def_readonly("queries", &SearchResult::queries)
        .def_readonly("stopped", &SearchResult::stopped)
        .def_readonly("hints", &SearchResult::hints)
        .def_property_readonly(
            "front_values",
            [](const SearchResult& r) {
                const auto rows = static_cast<py::ssize_t>(r.front.size());
                const auto goals = static_cast<py::ssize_t>(r.objective.size());
                return to_numpy(std::vector(r.front_values), {rows, goals});
            },
            "N x M: the goals of the front.")
        .def_readonly("reference", &SearchResult::reference)
        .def_property_readonly("history", [](const SearchResult& r) {
            const std::vector<std::int64_t> evaluations(r.history.evaluations.begin(),
                                                        r.history.evaluations.end());
            py::dict history;
            history["evaluations"] = to_numpy(std::vector(evaluations));
            history["best"] = to_numpy(std::vector(r.history.best));
            history["latency_ms"] = to_numpy(std::vector(r.history.latency));
            if (!r.history.hypervolume.empty())
                history["hypervolume"] = to_numpy(std::vector(r.history.hypervolume));
            return history;
        });
}

}  // namespace

Problem to_problem(const SharedSpace& space, const Goals& goals, const Limits& limits) {
    const auto resolve = [](const py::object& given, const std::string& name) -> SharedObjective {
        if (py::isinstance<py::str>(given))
            return cost_objective(given.cast<std::string>());
        return to_objective(given, name);
    };
    Problem problem{space, {}, {}};
    for (const auto& [name, given, limit] : limits) {
        problem.constraints.push_back(
            {name, resolve(given, name), limit.value_or(std::numeric_limits<double>::infinity())});
    }
    for (const auto& [name, given, maximise, constraint] : goals) {
        if (constraint && *constraint >= limits.size())
            throw ConfigError(
                message("search: ", name, " is limit number ", *constraint, " of ", limits.size()));
        problem.goals.push_back(
            {name, constraint ? nullptr : resolve(given, name), maximise, constraint});
    }
    return problem;
}

void bind_searching(py::module_& m) {
    bind_search_settings(m);
    bind_result(m);
    bind_fronts(m);
    bind_costs(m);
    m.def(
        "search",
        [](const SharedSpace& space, const Goals& goals, const Limits& limits,
           const std::string& method, SearchSettings settings, const py::object& initial,
           std::optional<py::function> progress) {
            const Problem problem = to_problem(space, goals, limits);
            if (!initial.is_none())
                settings.initial = to_architectures(space, initial);
            PythonMonitor monitor(std::move(progress));
            const Cancellable cancellable;
            return search(problem, method, settings, monitor);
        },
        py::arg("space").none(false), py::kw_only(), py::arg("goals"), py::arg("limits"),
        py::arg("method"), py::arg("settings"), py::arg("initial") = py::none(),
        py::arg("progress") = py::none(),
        "`limits`: (name, objective or cost name, limit or None), the latency first. `goals`:\n"
        "(name, objective or cost name, maximise, number of the limit that it is, or None).\n"
        "See latpred.search.");
    m.def(
        "search_listed",
        [](const SharedSpace& space, const Goals& goals, const Limits& limits,
           const Architectures& candidates, std::optional<py::function> progress) {
            const Problem problem = to_problem(space, goals, limits);
            PythonMonitor monitor(std::move(progress));
            const Cancellable cancellable;
            return search_listed(problem, candidates, monitor);
        },
        py::arg("space").none(false), py::kw_only(), py::arg("goals"), py::arg("limits"),
        py::arg("candidates"), py::arg("progress") = py::none(),
        "The best of listed networks; the other arguments as of `search`.");
    m.def(
        "roulette_slots",
        [](const std::vector<double>& scores, std::size_t outside) {
            return to_numpy(roulette_slots(scores, outside));
        },
        py::arg("scores"), py::arg("outside"),
        "Widths of the slots of networks inside the limits, then of those beyond, nearest first.");
    m.def("search_methods", &search_methods, R"(Names of the search methods.

Example:
    >>> from latpred.searching import search_methods
    >>> search_methods()
    ['evolution', 'exhaustive', 'genetic', 'nsga2', 'random'])");
}

}  // namespace latpred::bindings

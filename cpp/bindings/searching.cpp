#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "searching/ranking.hpp"
#include "searching/search.hpp"

namespace latpred::bindings {
namespace {

using Limits = std::vector<std::tuple<std::string, py::object, std::optional<double>>>;

Problem to_problem(const SharedSpace& space, const py::object& objective, const Limits& limits,
                   bool maximise) {
    Problem problem{space, to_objective(objective, "objective"), {}, maximise};
    for (const auto& [name, given, limit] : limits) {
        problem.constraints.push_back({name, to_objective(given, name),
                                       limit.value_or(std::numeric_limits<double>::infinity())});
    }
    return problem;
}

void bind_settings(py::module_& m) {
    py::class_<SearchSettings>(m, "SearchSettings", "See latpred.search.")
        .def(py::init([](std::size_t population, std::size_t generations, double parent_ratio,
                         double mutation_ratio, double mutation_rate, std::uint64_t seed) {
                 return SearchSettings{population,     generations,   parent_ratio,
                                       mutation_ratio, mutation_rate, seed};
             }),
             py::kw_only(), py::arg("population"), py::arg("generations"), py::arg("parent_ratio"),
             py::arg("mutation_ratio"), py::arg("mutation_rate"), py::arg("seed"));
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
        .def_property_readonly(
            "front_objective",
            [](const SearchResult& r) { return to_numpy(std::vector(r.front_objective)); })
        .def_property_readonly(
            "front_latency_ms",
            [](const SearchResult& r) { return to_numpy(std::vector(r.front_latency)); })
        .def_property_readonly("history", [](const SearchResult& r) {
            const std::vector<std::int64_t> evaluations(r.history.evaluations.begin(),
                                                        r.history.evaluations.end());
            py::dict history;
            history["evaluations"] = to_numpy(std::vector(evaluations));
            history["best"] = to_numpy(std::vector(r.history.best));
            history["latency_ms"] = to_numpy(std::vector(r.history.latency));
            return history;
        });
}

void bind_ranking(py::module_& m) {
    m.def(
        "non_dominated_ranks",
        [](const Array<double>& scores, const Array<double>& latencies) {
            const auto ranks =
                non_dominated_ranks({scores.data(), static_cast<std::size_t>(scores.size())},
                                    {latencies.data(), static_cast<std::size_t>(latencies.size())});
            return to_numpy(std::vector<std::int64_t>(ranks.begin(), ranks.end()));
        },
        py::arg("scores"), py::arg("latencies"),
        "Rank of each of N points (higher score and lower latency are better): 0 where no point "
        "dominates it, k where only points of lower ranks do.");
    m.def(
        "crowding_distances",
        [](const Array<double>& scores, const Array<double>& latencies) {
            const std::span all_scores(scores.data(), static_cast<std::size_t>(scores.size()));
            const std::span all_latencies(latencies.data(),
                                          static_cast<std::size_t>(latencies.size()));
            return to_numpy(crowding_distances(all_scores, all_latencies,
                                               non_dominated_ranks(all_scores, all_latencies)));
        },
        py::arg("scores"), py::arg("latencies"),
        "NSGA-II's crowding distance of each of N points within its rank.");
}

}  // namespace

void bind_searching(py::module_& m) {
    bind_settings(m);
    bind_result(m);
    bind_ranking(m);
    m.def(
        "search",
        [](const SharedSpace& space, const py::object& objective, const Limits& limits,
           bool maximise, const std::string& method, const SearchSettings& settings,
           std::optional<py::function> progress) {
            const Problem problem = to_problem(space, objective, limits, maximise);
            PythonMonitor monitor(std::move(progress));
            const py::gil_scoped_release release;
            return search(problem, method, settings, monitor);
        },
        py::arg("space"), py::kw_only(), py::arg("objective"), py::arg("limits"),
        py::arg("maximise"), py::arg("method"), py::arg("settings"),
        py::arg("progress") = py::none(),
        "`limits`: (name, objective, limit or None), the latency first. See latpred.search.");
    m.def("search_methods", &search_methods, "Names of the methods.");
}

}  // namespace latpred::bindings

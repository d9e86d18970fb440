// Search that adds, drops and swaps blocks of units.
#include <optional>

#include "bindings/monitor.hpp"
#include "bindings/profiling.hpp"
#include "bindings/searching.hpp"
#include "bindings/spaces.hpp"
#include "profiling/unit_mutation.hpp"
#include "profiling/unit_search.hpp"

namespace latpred::bindings {
namespace {

void bind_unit_settings(py::module_& m) {
    py::class_<UnitSearchSettings>(m, "UnitSearchSettings", "See latpred.profiling.unit_search.")
        .def(py::init([](bool pareto, std::size_t initial, std::size_t iterations,
                         std::size_t children, std::size_t fronts, std::size_t top,
                         std::size_t mutation_depth, std::vector<double> probabilities,
                         std::uint64_t seed, std::optional<std::vector<double>> reference) {
                 return UnitSearchSettings{.parents =
                                               pareto ? UnitParents::fronts : UnitParents::best,
                                           .initial = initial,
                                           .iterations = iterations,
                                           .children = children,
                                           .fronts = fronts,
                                           .top = top,
                                           .chain = mutation_depth,
                                           .probabilities = std::move(probabilities),
                                           .seed = seed,
                                           .reference = reference.value_or(std::vector<double>())};
             }),
             py::kw_only(), py::arg("pareto"), py::arg("initial"), py::arg("iterations"),
             py::arg("children"), py::arg("fronts"), py::arg("top"), py::arg("mutation_depth"),
             py::arg("probabilities"), py::arg("seed"), py::arg("reference") = py::none());
}

}  // namespace

void bind_unit_search(py::module_& m) {
    bind_unit_settings(m);
    m.def(
        "mutation_units",
        [](const SharedSpace& space) {
            std::vector<std::string> names;
            for (const MutationUnit& unit : mutation_units(*space))
                names.push_back(unit.name);
            return names;
        },
        py::arg("space").none(false),
        "Names of what is mutated together: \"u0\", …, and \"network\".");
    m.def("mutate_units", &mutate_units, py::arg("parents"), py::arg("seed"),
          py::arg("probabilities"), py::arg("depth") = 1, Release(),
          "One child a row; row i depends on (seed, i) only. `probabilities`: of each of\n"
          "mutation_units(space); `depth`: mutations from a parent to its child.");
    m.def(
        "unit_search",
        [](const SharedSpace& space, const Goals& goals, const Limits& limits,
           UnitSearchSettings settings, const py::object& first,
           std::optional<py::function> progress) {
            const Problem problem = to_problem(space, goals, limits);
            if (!first.is_none())
                settings.first = to_architectures(space, first);
            PythonMonitor monitor(std::move(progress));
            const Cancellable cancellable;
            return unit_search(problem, settings, monitor);
        },
        py::arg("space").none(false), py::kw_only(), py::arg("goals"), py::arg("limits"),
        py::arg("settings"), py::arg("first") = py::none(), py::arg("progress") = py::none(),
        "Goals and limits as of latpred.searching's search. See latpred.profiling.unit_search.");
}

}  // namespace latpred::bindings

// Draws and designs of block profiles.
#include "bindings/profiling.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "bindings/pickles.hpp"
#include "bindings/spaces.hpp"
#include "profiling/designs.hpp"
#include "profiling/distinct.hpp"
#include "profiling/draws.hpp"
#include "profiling/exact.hpp"
#include "profiling/metric_values.hpp"
#include "profiling/placements.hpp"

namespace latpred::bindings {
namespace {

using Column = std::vector<double>;

Estimand estimand_named(const std::string& name) {
    if (name == "conditional")
        return Estimand::conditional;
    if (name == "legacy")
        return Estimand::legacy;
    throw ConfigError(message("block profile: estimand '", excerpt(name),
                              "', 'conditional' or 'legacy' expected"));
}

void put_summaries(py::dict& to, const std::vector<Summary>& summaries) {
    const auto column = [&](const char* name, auto member) {
        Column values;
        for (const Summary& summary : summaries)
            values.push_back(static_cast<double>(summary.*member));
        to[name] = to_numpy(std::move(values));
    };
    column("mean", &Summary::mean);
    column("sd", &Summary::deviation);
    column("q01", &Summary::q01);
    column("q05", &Summary::q05);
    column("q95", &Summary::q95);
    column("q99", &Summary::q99);
    column("minimum", &Summary::minimum);
    column("maximum", &Summary::maximum);
    const auto numbers = [&](const char* name, auto member) {
        std::vector<std::int64_t> values;
        for (const Summary& summary : summaries)
            values.push_back(static_cast<std::int64_t>(summary.*member));
        to[name] = to_numpy(std::move(values));
    };
    numbers("n", &Summary::count);
    numbers("lowest", &Summary::lowest);
    numbers("highest", &Summary::highest);
}

void put_means(py::dict& to, const std::vector<SampledMean>& means, const char* prefix,
               const char* value) {
    Column values;
    Column errors;
    Column low;
    Column high;
    for (const SampledMean& mean : means) {
        values.push_back(mean.value);
        errors.push_back(mean.error);
        low.push_back(mean.low);
        high.push_back(mean.high);
    }
    to[message(prefix, "low").c_str()] = to_numpy(std::move(low));
    to[message(prefix, "high").c_str()] = to_numpy(std::move(high));
    if (value == nullptr)
        return;
    to[value] = to_numpy(std::move(values));
    to["standard_error"] = to_numpy(std::move(errors));
}

py::dict effects_of(const Array<double>& random, const Array<double>& placed, bool paired,
                    double confidence, std::uint64_t seed) {
    const DesignValues values{view(random), view(placed),
                              paired ? Pairing::paired : Pairing::independent};
    DesignEffects found;
    {
        const Cancellable cancellable;
        found = design_effects(values, confidence, seed);
    }
    py::dict columns;
    put_summaries(columns, found.summaries);
    put_means(columns, found.effects, "", "effect");
    put_means(columns, found.family, "family_", nullptr);
    columns["p_value"] = to_numpy(std::move(found.p_value));
    columns["p_holm"] = to_numpy(std::move(found.p_holm));
    columns["p_bh"] = to_numpy(std::move(found.p_bh));
    columns["paired_deviation"] = found.paired_deviation;
    columns["independent_deviation"] = found.independent_deviation;
    return columns;
}

py::dict random_of(const Array<double>& random, double confidence) {
    const DesignValues values{view(random), view(random), Pairing::paired};
    const std::size_t all[] = {0};
    py::dict columns;
    put_summaries(columns, {summarise(view(random))});
    put_means(columns, {group_mean(values, all, false, confidence)}, "", "mean");
    return columns;
}

py::dict groups_of(const Array<double>& random, const Array<double>& placed, bool paired,
                   const std::vector<std::vector<std::size_t>>& groups, bool contrast,
                   double confidence) {
    const DesignValues values{view(random), view(placed),
                              paired ? Pairing::paired : Pairing::independent};
    std::vector<SampledMean> means;
    {
        const Cancellable cancellable;
        for (const auto& group : groups)
            means.push_back(group_mean(values, group, contrast, confidence));
    }
    py::dict columns;
    put_means(columns, means, "", "mean");
    return columns;
}

py::array_t<double> values_of(const std::string& metric, const py::object& objective,
                              const Architectures& archs) {
    const SharedObjective shared = to_objective(objective, message("metric ", excerpt(metric)));
    std::vector<double> values(archs.size());
    {
        const Cancellable cancellable;
        metric_values(metric, *shared, archs, values);
    }
    return to_numpy(std::move(values));
}

/// Nothing for objectives that are not known to be sums.
std::optional<py::array_t<double>> means_of(const SharedSpace& space, const py::object& metric,
                                            const std::vector<Placement>& placements,
                                            const std::string& estimand) {
    std::optional<std::vector<TableTerm>> terms;
    if (py::isinstance<py::str>(metric))
        terms = counted_terms(*space, metric.cast<std::string>());
    else
        terms = terms_of(*to_objective(metric, "metric"));
    if (!terms)
        return std::nullopt;
    std::vector<double> means;
    {
        const Cancellable cancellable;
        means = exact_means(space, *terms, placements, estimand_named(estimand));
    }
    return to_numpy(std::move(means));
}

py::array_t<double> chances_of(const Architectures& archs, const std::vector<Placement>& placements,
                               const std::string& estimand) {
    std::vector<double> chances;
    {
        const Cancellable cancellable;
        chances = exact_chances(archs, placements, estimand_named(estimand));
    }
    const auto rows = static_cast<py::ssize_t>(placements.size() + 1);
    return to_numpy(std::move(chances), {rows, static_cast<py::ssize_t>(archs.size())});
}

py::dict listed_of(const Architectures& archs, const Array<double>& values,
                   const std::vector<Placement>& placements, const std::string& estimand) {
    std::vector<Summary> summaries;
    {
        const Cancellable cancellable;
        const auto chances = exact_chances(archs, placements, estimand_named(estimand));
        summaries = exact_summaries(chances, view(values));
    }
    py::dict columns;
    put_summaries(columns, summaries);
    return columns;
}

void bind_placements(py::module_& m) {
    py::class_<Placement>(m, "Placement", "Choices fixed at once.")
        .def_readonly("name", &Placement::name, "E.g. \"u1.l0=e6k7\".")
        .def_readonly("place", &Placement::place, "E.g. \"u1.l0\".")
        .def_readonly("block", &Placement::block, "E.g. \"e6k7\".")
        .def_readonly("unit", &Placement::unit, "From 0; -1 outside units.")
        .def_readonly("layer", &Placement::layer, "From 0; -1 outside units.")
        .def_readonly("label", &Placement::label, "As in the original's log.")
        .def_readonly("specs", &Placement::specs, "As the original writes them.")
        .def_readonly("single", &Placement::single, "One block, perhaps with a resolution.")
        .def_readonly("choices", &Placement::choices, "(column, index of the choice).")
        .def(py::pickle(
            [](const Placement& p) {
                std::vector<std::tuple<int, GeneValue, GeneValue>> floors;
                for (const Floor& floor : p.floors)
                    floors.emplace_back(floor.gate, floor.exists, floor.legacy);
                return py::make_tuple(p.name, p.place, p.block, p.unit, p.layer, p.label, p.specs,
                                      p.choices, floors, p.single);
            },
            [](const py::tuple& state) {
                Placement p{entry_of<std::string>(state, 0), entry_of<std::string>(state, 1),
                            entry_of<std::string>(state, 2), entry_of<int>(state, 3),
                            entry_of<int>(state, 4),         entry_of<std::string>(state, 5)};
                p.specs = entry_of<decltype(p.specs)>(state, 6);
                p.choices = entry_of<decltype(p.choices)>(state, 7);
                using Floors = std::vector<std::tuple<int, GeneValue, GeneValue>>;
                for (const auto& [gate, exists, legacy] : entry_of<Floors>(state, 8))
                    p.floors.push_back({gate, exists, legacy});
                p.single = entry_of<bool>(state, 9);
                return p;
            }));
    m.def(
        "all_placements", [](const SharedSpace& space) { return all_placements(space); },
        py::arg("space").none(false),
        "Every block at every layer that networks of the space can have.");
    m.def(
        "placement_of_spec",
        [](const SharedSpace& space, const std::vector<double>& spec) {
            return placement_of_spec(space, spec);
        },
        py::arg("space").none(false), py::arg("spec"), "One fix in the original's form.");
    m.def(
        "placement_of_text",
        [](const SharedSpace& space, const std::string& text) {
            return placement_of_text(space, text);
        },
        py::arg("space").none(false), py::arg("text"), "One fix such as \"u1.l0=e6k7\".");
    m.def(
        "joined_placement",
        [](const SharedSpace& space, const std::vector<Placement>& parts) {
            return joined(space, parts);
        },
        py::arg("space").none(false), py::arg("parts"), "Several fixes at once.");
}

void bind_draws(py::module_& m) {
    m.def(
        "draw_random",
        [](const SharedSpace& space, std::size_t count, std::uint64_t seed) {
            return draw_random(space, count, seed, hardware_threads());
        },
        py::arg("space").none(false), py::arg("count"), py::kw_only(), py::arg("seed"), Release(),
        "Networks as the space draws them; row i depends on (seed, i) only.");
    m.def(
        "draw_placements",
        [](const SharedSpace& space, const std::vector<Placement>& placements, std::size_t count,
           const std::string& estimand, bool paired, std::uint64_t seed, int threads) {
            const DrawSettings settings{estimand_named(estimand),
                                        paired ? Pairing::paired : Pairing::independent, seed,
                                        threads > 0 ? threads : hardware_threads()};
            return draw_placements(space, placements, count, settings);
        },
        py::arg("space").none(false), py::arg("placements"), py::arg("count"), py::kw_only(),
        py::arg("estimand"), py::arg("paired"), py::arg("seed"), py::arg("threads") = 0, Release(),
        "`count` networks of each placement; row i of one depends on seed, placement and i only.");
    py::class_<DistinctNetworks>(m, "DistinctNetworks", "Networks asked for, each once.")
        .def(py::init([](const SharedSpace& space) { return DistinctNetworks(space); }),
             py::arg("space").none(false))
        .def(
            "add",
            [](DistinctNetworks& distinct, const Architectures& archs) {
                return to_numpy(distinct.add(archs));
            },
            py::arg("archs"), "Their numbers among the distinct ones; new ones get the next.")
        .def_property_readonly("all", &DistinctNetworks::all, "The distinct ones.")
        .def("__len__", [](const DistinctNetworks& distinct) { return distinct.all().size(); });
}

}  // namespace

void bind_block_designs(py::module_& m) {
    bind_placements(m);
    bind_draws(m);
    m.def("metric_values", &values_of, py::arg("metric"), py::arg("objective"), py::arg("archs"),
          "N finite values; errors name the metric and the network.");
    m.def("exact_means", &means_of, py::arg("space").none(false), py::arg("metric"),
          py::arg("placements"), py::arg("estimand"),
          "Means of random networks and of those of each placement; None where the metric, an "
          "objective or the name of a cost, is not known to be a sum of tables.");
    m.def("exact_chances", &chances_of, py::arg("archs"), py::arg("placements"),
          py::arg("estimand"), "Chance of each network to be drawn: P + 1 rows of N.");
    m.def("exact_summaries", &listed_of, py::arg("archs"), py::arg("values"), py::arg("placements"),
          py::arg("estimand"),
          "Columns of P + 1 rows, from all networks of a space and their values.");
    m.def(
        "required_samples",
        [](double deviation, double terms, double half_width, double confidence) {
            return required_samples(deviation, terms, half_width, confidence);
        },
        py::arg("deviation"), py::arg("terms"), py::arg("half_width"), py::arg("confidence"),
        "Least n with t deviation / sqrt(n - terms) <= half_width.");
    m.def("design_effects", &effects_of, py::arg("random"), py::arg("placed"), py::kw_only(),
          py::arg("paired"), py::arg("confidence"), py::arg("seed"),
          "Columns of effects of P placements from P x n values.");
    m.def("random_summary", &random_of, py::arg("random"), py::kw_only(), py::arg("confidence"),
          "Columns of the random networks' values, of one row.");
    m.def("group_means", &groups_of, py::arg("random"), py::arg("placed"), py::kw_only(),
          py::arg("paired"), py::arg("groups"), py::arg("contrast"), py::arg("confidence"),
          "Means over groups of placements, minus the random mean where `contrast`.");
}

}  // namespace latpred::bindings

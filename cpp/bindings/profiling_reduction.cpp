// Spaces reduced by what a profile says.
#include <algorithm>

#include "bindings/profiling.hpp"
#include "bindings/spaces.hpp"
#include "profiling/narrowing.hpp"
#include "profiling/reduction.hpp"
#include "profiling/unit_moves.hpp"

namespace latpred::bindings {
namespace {

std::vector<std::pair<std::string, std::vector<std::size_t>>> counts_by_unit(const Space& space) {
    std::vector<std::pair<std::string, std::vector<std::size_t>>> counts;
    for (const MutationUnit& unit : mutation_units(space)) {
        if (!unit.sites.empty())
            counts.emplace_back(unit.name, layer_counts(space, unit));
    }
    return counts;
}

using Numbers = std::vector<double>;

/// (kept, behind, rival, weighting) of each option.
py::list fates_of(const std::vector<OptionFate>& fates) {
    py::list all;
    for (const OptionFate& fate : fates) {
        all.append(py::make_tuple(fate.kept, fate.verdict.behind, fate.verdict.rival,
                                  fate.verdict.weighting));
    }
    return all;
}

py::dict plan_of(const Space& space,
                 const std::vector<std::tuple<Numbers, Numbers, Numbers, Numbers>>& effects,
                 std::size_t goals, const ReductionSettings& settings) {
    std::vector<SiteEffects> sites;
    for (const auto& [blocks, block_errors, layer, layer_errors] : effects)
        sites.push_back({blocks, block_errors, layer, layer_errors});
    ReductionPlan plan;
    {
        const Cancellable cancellable;
        plan = plan_reduction(space, sites, goals, settings);
    }
    py::list blocks;
    for (const auto& fates : plan.blocks)
        blocks.append(fates_of(fates));
    py::list depths;
    for (const auto& fates : plan.depths)
        depths.append(fates_of(fates));
    py::dict found;
    found["blocks"] = blocks;
    found["depths"] = depths;
    found["shares"] = plan.shares;
    found["probabilities"] = plan.probabilities;
    return found;
}

void bind_plan(py::module_& m) {
    m.def(
        "plan_reduction",
        [](const Space& space,
           const std::vector<std::tuple<Numbers, Numbers, Numbers, Numbers>>& effects,
           std::size_t goals, double surely, double surely_depths, double slack, double likely,
           double unlikely) {
            return plan_of(space, effects, goals,
                           {.surely = surely,
                            .surely_depths = surely_depths,
                            .slack = slack,
                            .likely = likely,
                            .unlikely = unlikely});
        },
        py::arg("space").none(false), py::arg("effects"), py::arg("goals"), py::kw_only(),
        py::arg("surely"), py::arg("surely_depths"), py::arg("slack"), py::arg("likely"),
        py::arg("unlikely"),
        "`effects`: of each site B x goals scores of its blocks, their standard errors, the\n"
        "layer's scores and theirs. See latpred.profiling.reduce_space.");
}

std::vector<std::string> decided_sites(const Space& space) {
    std::vector<std::string> names;
    for (const Site& site : sites(space)) {
        const auto decided = [&](int column) { return is_coupled(space, column); };
        if (std::ranges::any_of(site.columns, decided))
            names.push_back(site.name);
    }
    return names;
}

}  // namespace

void bind_reduction(py::module_& m) {
    bind_plan(m);
    m.def("decided_sites", &decided_sites, py::arg("space").none(false), Release(),
          "Names of the sites that have genes which other genes decide.");
    m.def("layer_counts", &counts_by_unit, py::arg("space").none(false), Release(),
          "(unit, numbers of layers that it may have) of each unit.");
    m.def(
        "narrow",
        [](const SharedSpace& space, const std::string& name,
           std::map<std::string, std::set<std::string>> blocks,
           std::map<std::string, std::set<std::size_t>> layers) {
            return std::const_pointer_cast<Space>(
                narrow(space, name, {std::move(blocks), std::move(layers)}));
        },
        py::arg("space").none(false), py::arg("name"), py::kw_only(),
        py::arg("blocks") = py::dict(), py::arg("layers") = py::dict(), Release(),
        "The space with only these blocks by place and numbers of layers by unit.");
}

}  // namespace latpred::bindings

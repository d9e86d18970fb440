#include "profiling/reduction.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t steps_of_two_goals = 200;
constexpr std::size_t steps_of_more_goals = 20;

void check_effects(const std::vector<MutationUnit>& units, const std::vector<SiteEffects>& effects,
                   std::size_t goals) {
    std::size_t number = 0;
    const auto finite = [](double x) { return std::isfinite(x); };
    const auto usable = [](double x) { return std::isfinite(x) && x >= 0; };
    for (const MutationUnit& unit : units) {
        for (const Site& site : unit.sites) {
            if (number == effects.size())
                throw DataError(message("reduction: effects of ", effects.size(), " places only"));
            const SiteEffects& e = effects[number++];
            const std::size_t blocks = site.blocks.size() * goals;
            if (e.blocks.size() != blocks || e.block_errors.size() != blocks ||
                e.layer.size() != goals || e.layer_errors.size() != goals ||
                !std::ranges::all_of(e.blocks, finite) || !std::ranges::all_of(e.layer, finite) ||
                !std::ranges::all_of(e.block_errors, usable) ||
                !std::ranges::all_of(e.layer_errors, usable)) {
                throw DataError(message("reduction: ", site.name, ": finite effects of ",
                                        site.blocks.size(), " blocks and of the layer on ", goals,
                                        " goals, with standard errors, expected"));
            }
        }
    }
    if (number != effects.size() || goals == 0) {
        throw DataError(message("reduction: effects of ", effects.size(), " places on ", goals,
                                " goals, ", number, " places on at least one expected"));
    }
}

void check_settings(const ReductionSettings& settings) {
    const bool chances =
        settings.unlikely > 0 && settings.unlikely <= settings.likely && settings.likely <= 1;
    if (!(settings.surely >= 0) || !(settings.surely_depths >= 0) || !(settings.slack >= 0) ||
        !std::isfinite(settings.slack) || !chances) {
        throw ConfigError(message("reduction: surely ", settings.surely, " and ",
                                  settings.surely_depths, ", slack ", settings.slack,
                                  ", probabilities ", settings.unlikely, " to ", settings.likely,
                                  "; none below 0, and those within (0, 1], ", "expected"));
    }
}

void share_out(const std::vector<UnitProfile>& units, std::size_t goals,
               const std::vector<std::size_t>& firsts, const ReductionSettings& settings,
               ReductionPlan& plan) {
    plan.shares.assign(units.size(), 0);
    for (std::size_t m = 0; m < goals; ++m) {
        std::vector<double> variances;
        for (std::size_t u = 0; u < units.size(); ++u) {
            const auto begin = plan.blocks.begin() + static_cast<std::ptrdiff_t>(firsts[u]);
            const auto end = plan.blocks.begin() + static_cast<std::ptrdiff_t>(firsts[u + 1]);
            variances.push_back(units[u].variance(m, {begin, end}, plan.depths[u]));
        }
        const double total = std::reduce(variances.begin(), variances.end());
        for (std::size_t u = 0; u < units.size() && total > 0; ++u)
            plan.shares[u] += variances[u] / total / static_cast<double>(goals);
    }
    const double most = std::ranges::max(plan.shares);
    for (const double share : plan.shares) {
        const double relative = most > 0 ? std::sqrt(share / most) : 1;
        plan.probabilities.push_back(std::max(settings.likely * relative, settings.unlikely));
    }
}

}  // namespace

ReductionPlan plan_reduction(const Space& space, const std::vector<SiteEffects>& effects,
                             std::size_t goals, const ReductionSettings& settings) {
    const std::vector<MutationUnit> units = mutation_units(space);
    check_settings(settings);
    check_effects(units, effects, goals);
    const std::size_t usual = goals <= 2 ? steps_of_two_goals : steps_of_more_goals;
    const auto weightings = goal_weightings(goals, settings.steps == 0 ? usual : settings.steps);
    std::vector<UnitProfile> profiles;
    std::vector<std::size_t> firsts{0};
    ReductionPlan plan;
    for (const MutationUnit& unit : units) {
        std::vector<const SiteEffects*> layers;
        for (std::size_t l = 0; l < unit.sites.size(); ++l)
            layers.push_back(&effects[firsts.back() + l]);
        firsts.push_back(firsts.back() + layers.size());
        const UnitProfile& profile = profiles.emplace_back(space, unit, std::move(layers), goals);
        for (auto& fates : profile.judge_blocks(weightings, settings))
            plan.blocks.push_back(std::move(fates));
        plan.depths.push_back(profile.judge_depths(weightings, settings));
    }
    share_out(profiles, goals, firsts, settings, plan);
    return plan;
}

}  // namespace latpred

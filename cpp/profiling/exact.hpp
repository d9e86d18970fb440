// Expectations of metrics in closed form, without sampling.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "predictors/block_table.hpp"
#include "profiling/draws.hpp"
#include "profiling/summaries.hpp"
#include "spaces/objective.hpp"

namespace latpred {

/// The tables that an objective is the sum of; nothing for objectives that are not known to be one.
std::optional<std::vector<TableTerm>> terms_of(const Objective& objective);

/// The same for counted "macs" or "params": one table a place. Nothing for other costs, and for
/// places that too many genes decide.
std::optional<std::vector<TableTerm>> counted_terms(const Space& space, const std::string& cost);

/// Mean of a sum of tables over random networks, then over those of each placement. ConfigError for
/// a space with bans, which tie genes that are drawn together, for placements that no network has,
/// and for tables that too many genes decide.
std::vector<double> exact_means(const SpacePtr& space, std::span<const TableTerm> terms,
                                std::span<const Placement> placements, Estimand estimand);

/// The chance of each of N networks to be drawn, first without a placement, then with each: P + 1
/// rows of N. ConfigError as above; DataError where the networks are not all there are.
std::vector<double> exact_chances(const Architectures& archs, std::span<const Placement> placements,
                                  Estimand estimand);

/// What those chances make of the N values: P + 1 summaries of the networks that can be drawn,
/// without errors, quantiles being the least values that so many do not exceed.
std::vector<Summary> exact_summaries(std::span<const double> chances,
                                     std::span<const double> values);

}  // namespace latpred

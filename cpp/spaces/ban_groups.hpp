// Bans that tie genes to each other, apart from those that tie others.
#pragma once

#include <vector>

#include "spaces/gene.hpp"
#include "spaces/restriction.hpp"

namespace latpred {

/// Bans by groups that no gene ties to each other, in the order of their first bans. Genes are tied
/// by a ban, by a coupling, and by a gate that some ban names. So what was drawn against one group
/// may stay as it is while genes of another are drawn. They point into the restriction.
std::vector<std::vector<const Ban*>> ban_groups(const Restriction& restriction,
                                                const std::vector<Gene>& genes);

}  // namespace latpred

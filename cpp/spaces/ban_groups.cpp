#include "spaces/ban_groups.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/index.hpp"

namespace latpred {
namespace {

/// Number of the group of each gene.
std::vector<std::size_t> gene_groups(const Restriction& restriction,
                                     const std::vector<Gene>& genes) {
    std::set<int> named;
    for (const Ban& ban : restriction.bans) {
        for (const auto& [column, index] : ban)
            named.insert(column);
    }
    std::vector<std::size_t> groups(genes.size());
    std::iota(groups.begin(), groups.end(), 0U);
    const auto tie = [&](int a, int b) {
        const std::size_t from = groups[as_index(a)];
        std::ranges::replace(groups, from, std::size_t{groups[as_index(b)]});
    };
    for (const Ban& ban : restriction.bans) {
        for (const auto& [column, index] : ban)
            tie(column, ban.front().first);
    }
    for (const int column : named) {
        const int gate = genes[as_index(column)].gate;
        if (named.contains(gate))
            tie(gate, column);
    }
    for (const Coupling& coupling : restriction.couplings)
        tie(coupling.source, coupling.target);
    return groups;
}

}  // namespace

std::vector<std::vector<const Ban*>> ban_groups(const Restriction& restriction,
                                                const std::vector<Gene>& genes) {
    const auto group_of = gene_groups(restriction, genes);
    std::vector<std::vector<const Ban*>> groups;
    std::map<std::size_t, std::size_t> places;
    for (const Ban& ban : restriction.bans) {
        // A ban of nothing is met by everything; no draw can help it.
        const std::size_t group =
            ban.empty() ? genes.size() : group_of[as_index(ban.front().first)];
        const auto [found, fresh] = places.try_emplace(group, groups.size());
        if (fresh)
            groups.emplace_back();
        groups[found->second].push_back(&ban);
    }
    return groups;
}

}  // namespace latpred

#include "spaces/swaps.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "spaces/family.hpp"

namespace latpred {
namespace {

bool holds_column(const std::vector<int>& columns, int column) {
    return std::ranges::find(columns, column) != columns.end();
}

bool touches(const Swap& swap, int column) {
    return holds_column(swap.first, column) || holds_column(swap.second, column);
}

/// The column that takes the place of `column`.
int partner(const Swap& swap, int column) {
    for (std::size_t k = 0; k < swap.first.size(); ++k) {
        if (swap.first[k] == column)
            return swap.second[k];
        if (swap.second[k] == column)
            return swap.first[k];
    }
    return column;
}

void check_allowed(const Restriction& restriction, const Swap& swap, const Family& family) {
    if (restriction.allowed.empty())
        return;
    for (std::size_t k = 0; k < swap.first.size(); ++k) {
        if (restriction.allowed[as_index(swap.first[k])] !=
            restriction.allowed[as_index(swap.second[k])]) {
            throw ConfigError(message(
                "restriction: ", family.genes()[as_index(swap.first[k])].name(), " and ",
                family.genes()[as_index(swap.second[k])].name(),
                " may change places in a network: the same allowed choices of both expected"));
        }
    }
}

void check_couplings(const Restriction& restriction, const Swap& swap, const Family& family) {
    for (const Coupling& coupling : restriction.couplings) {
        for (const int column : {coupling.source, coupling.target}) {
            if (touches(swap, column)) {
                throw ConfigError(message("restriction: ", family.genes()[as_index(column)].name(),
                                          " may change places with another gene of the network "
                                          "and can take part in no coupling"));
            }
        }
    }
}

/// With each ban also those that it becomes where genes change places.
std::vector<Ban> in_all_orders(const std::vector<Ban>& bans, std::span<const Swap> swaps) {
    std::set<Ban> known;
    std::vector<Ban> all;
    std::deque<Ban> open(bans.begin(), bans.end());
    while (!open.empty()) {
        Ban ban = std::move(open.front());
        open.pop_front();
        std::ranges::sort(ban);
        if (!known.insert(ban).second)
            continue;
        for (const Swap& swap : swaps) {
            open.push_back(ban);
            for (auto& choice : open.back())
                choice.first = partner(swap, choice.first);
        }
        all.push_back(std::move(ban));
    }
    return all;
}

}  // namespace

bool in_order(const Swap& swap, std::span<const GeneValue> row) {
    for (std::size_t k = 0; k < swap.first.size(); ++k) {
        const GeneValue first = row[as_index(swap.first[k])];
        const GeneValue second = row[as_index(swap.second[k])];
        if (first != second)
            return first < second;
    }
    return true;
}

void put_in_order(const Swap& swap, std::span<GeneValue> row) {
    if (in_order(swap, row))
        return;
    for (std::size_t k = 0; k < swap.first.size(); ++k)
        std::swap(row[as_index(swap.first[k])], row[as_index(swap.second[k])]);
}

std::vector<Coupling> couplings_of(const Swap& swap, const std::vector<Gene>& genes) {
    std::vector<Coupling> couplings;
    for (std::size_t k = 0; k < swap.first.size(); ++k) {
        std::vector<GeneValue> same(
            static_cast<std::size_t>(genes[as_index(swap.first[k])].choices()));
        std::iota(same.begin(), same.end(), GeneValue{0});
        couplings.push_back({swap.first[k], swap.second[k], std::move(same)});
    }
    return couplings;
}

Restriction symmetric(Restriction restriction, const Family& family) {
    const std::span<const Swap> swaps = family.swaps();
    if (swaps.empty())
        return restriction;
    for (const Swap& swap : swaps) {
        check_allowed(restriction, swap, family);
        check_couplings(restriction, swap, family);
    }
    restriction.bans = in_all_orders(restriction.bans, swaps);
    return restriction;
}

}  // namespace latpred

#include "profiling/unit_moves.hpp"

#include <algorithm>
#include <numeric>

#include "base/index.hpp"

namespace latpred {
namespace {

std::uint32_t count32(std::size_t count) {
    return static_cast<std::uint32_t>(count);
}

}  // namespace

bool is_coupled(const Space& space, int column) {
    return std::ranges::any_of(space.restriction().couplings,
                               [&](const Coupling& c) { return c.target == column; });
}

bool UnitMoves::of_layer(const Site& site, int column) const {
    const Gene& gene = space_.genes()[as_index(column)];
    return gene.unit == site.unit && gene.layer == site.layer && !is_coupled(space_, column);
}

std::size_t UnitMoves::layers(std::span<const GeneValue> row) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(unit_.sites, [&](const Site& site) { return site.there(row); }));
}

int UnitMoves::next_depth(std::span<const GeneValue> row, bool deeper) const {
    if (unit_.depth < 0)
        return -1;
    const auto allowed = space_.allowed(as_index(unit_.depth));
    const GeneValue now = row[as_index(unit_.depth)];
    const auto above = std::ranges::upper_bound(allowed, now);
    if (deeper)
        return above == allowed.end() ? -1 : *above;
    const auto here = std::ranges::lower_bound(allowed, now);
    return here == allowed.begin() ? -1 : *(here - 1);
}

std::vector<const Block*> UnitMoves::candidates(const Site& site,
                                                std::span<const GeneValue> row) const {
    std::vector<const Block*> fitting;
    for (const Block& block : site.blocks) {
        const bool fits = std::ranges::all_of(block.choices, [&](const auto& choice) {
            return of_layer(site, choice.first) || row[as_index(choice.first)] == choice.second;
        });
        if (fits)
            fitting.push_back(&block);
    }
    return fitting;
}

std::vector<std::size_t> UnitMoves::swappable(std::span<const GeneValue> row) const {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < unit_.sites.size(); ++i) {
        const Site& site = unit_.sites[i];
        if (site.there(row) && candidates(site, row).size() > 1)
            numbers.push_back(i);
    }
    return numbers;
}

std::vector<UnitMove> UnitMoves::possible(std::span<const GeneValue> row) const {
    std::vector<UnitMove> moves;
    if (next_depth(row, true) >= 0)
        moves.push_back(UnitMove::add);
    if (next_depth(row, false) >= 0)
        moves.push_back(UnitMove::remove);
    if (!swappable(row).empty())
        moves.push_back(UnitMove::swap);
    if (!unit_.own.empty())
        moves.push_back(UnitMove::swap_own);
    return moves;
}

bool UnitMoves::has_choice() const {
    const bool deepens = unit_.depth >= 0 && space_.allowed(as_index(unit_.depth)).size() > 1;
    const auto varies = [&](const Site& site) { return site.blocks.size() > 1; };
    return deepens || !unit_.own.empty() || std::ranges::any_of(unit_.sites, varies);
}

void UnitMoves::make(Rng& rng, UnitMove move, std::span<GeneValue> row) const {
    switch (move) {
    case UnitMove::add:
        add(rng, row);
        break;
    case UnitMove::remove:
        remove(rng, row);
        break;
    case UnitMove::swap:
        swap(rng, row);
        break;
    case UnitMove::swap_own:
        swap_own(rng, row);
        break;
    }
}

void UnitMoves::put(const Site& site, const Block& block, std::span<GeneValue> row) const {
    for (const auto& [column, index] : block.choices) {
        if (of_layer(site, column))
            row[as_index(column)] = index;
    }
}

void UnitMoves::put_random(Rng& rng, const Site& site, std::span<GeneValue> row) const {
    const auto fitting = candidates(site, row);
    if (!fitting.empty())
        put(site, *fitting[rng.below(count32(fitting.size()))], row);
}

void UnitMoves::carry(Rng& rng, const Site& from, const Site& to, std::span<GeneValue> row) const {
    // Layers may differ in their choices, so blocks are the same where their names are.
    const auto moved = from.block_of(row);
    const auto fitting = candidates(to, row);
    const auto same = std::ranges::find_if(fitting, [&](const Block* block) {
        return moved && block->name == from.blocks[*moved].name;
    });
    if (same != fitting.end())
        put(to, **same, row);
    else
        put_random(rng, to, row);
}

void UnitMoves::reveal(Rng& rng, std::span<const GeneValue> before,
                       std::span<GeneValue> row) const {
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (space_.active(row, column) && !space_.active(before, column))
            row[column] = space_.draw_gene(rng, column);
    }
}

void UnitMoves::add(Rng& rng, std::span<GeneValue> row) const {
    std::size_t count = layers(row);
    const std::vector<GeneValue> before(row.begin(), row.end());
    row[as_index(unit_.depth)] = static_cast<GeneValue>(next_depth(row, true));
    reveal(rng, before, row);
    for (const std::size_t wanted = layers(row); count < wanted; ++count) {
        const std::size_t position = rng.below(count32(count + 1));
        for (std::size_t i = count; i > position; --i)
            carry(rng, unit_.sites[i - 1], unit_.sites[i], row);
        put_random(rng, unit_.sites[position], row);
    }
}

void UnitMoves::remove(Rng& rng, std::span<GeneValue> row) const {
    std::size_t count = layers(row);
    const auto shallower = static_cast<GeneValue>(next_depth(row, false));
    std::vector<GeneValue> after(row.begin(), row.end());
    after[as_index(unit_.depth)] = shallower;
    for (const std::size_t wanted = layers(after); count > wanted; --count) {
        for (std::size_t i = rng.below(count32(count)) + 1; i < count; ++i)
            carry(rng, unit_.sites[i], unit_.sites[i - 1], row);
    }
    row[as_index(unit_.depth)] = shallower;
}

void UnitMoves::swap(Rng& rng, std::span<GeneValue> row) const {
    const auto numbers = swappable(row);
    const Site& site = unit_.sites[numbers[rng.below(count32(numbers.size()))]];
    auto others = candidates(site, row);
    const auto now = site.block_of(row);
    std::erase_if(others, [&](const Block* block) { return now && block == &site.blocks[*now]; });
    put(site, *others[rng.below(count32(others.size()))], row);
}

void UnitMoves::swap_own(Rng& rng, std::span<GeneValue> row) const {
    const auto column = as_index(unit_.own[rng.below(count32(unit_.own.size()))]);
    const auto allowed = space_.allowed(column);
    const GeneValue drawn = allowed[rng.below(count32(allowed.size() - 1))];
    const std::vector<GeneValue> before(row.begin(), row.end());
    row[column] = drawn == row[column] ? allowed.back() : drawn;
    reveal(rng, before, row);
}

}  // namespace latpred

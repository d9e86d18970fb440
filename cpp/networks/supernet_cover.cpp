#include "networks/supernet_cover.hpp"

#include <algorithm>

namespace latpred {
namespace {

/// The choice that is `below` steps under the largest, or the smallest.
GeneValue choice(const Space& space, LayoutScope scope, std::size_t column, std::size_t below) {
    if (scope == LayoutScope::family) {
        const auto most = static_cast<std::size_t>(space.genes()[column].choices() - 1);
        return static_cast<GeneValue>(most - std::min(most, below));
    }
    const std::span<const GeneValue> allowed = space.allowed(column);
    return allowed[allowed.size() - 1 - std::min(allowed.size() - 1, below)];
}

std::size_t choices(const Space& space, LayoutScope scope, std::size_t column) {
    return scope == LayoutScope::family ? static_cast<std::size_t>(space.genes()[column].choices())
                                        : space.allowed(column).size();
}

/// A colour for every gene that decides places, -1 for others; genes of one place differ in it, so
/// all genes of a colour can be changed at once.
std::vector<int> colours_of(const Space& space) {
    std::vector<std::set<int>> neighbours(space.gene_count());
    std::vector<bool> decides(space.gene_count(), false);
    for (const Place& place : space.places().places()) {
        std::set<int> columns(place.columns.begin(), place.columns.end());
        if (place.gate >= 0)
            columns.insert(place.gate);
        for (const int column : columns) {
            decides[static_cast<std::size_t>(column)] = true;
            neighbours[static_cast<std::size_t>(column)].insert(columns.begin(), columns.end());
        }
    }
    std::vector<int> colours(space.gene_count(), -1);
    for (std::size_t column = 0; column < colours.size(); ++column) {
        if (!decides[column])
            continue;
        std::set<int> taken;
        for (const int other : neighbours[column])
            taken.insert(colours[static_cast<std::size_t>(other)]);
        while (taken.contains(++colours[column])) {
        }
    }
    return colours;
}

}  // namespace

std::vector<GeneValue> largest_row(const Space& space, LayoutScope scope) {
    std::vector<GeneValue> row(space.gene_count());
    for (std::size_t column = 0; column < row.size(); ++column)
        row[column] = choice(space, scope, column, 0);
    for (const int setting : space.places().settings()) {
        const auto column = static_cast<std::size_t>(setting);
        row[column] = choice(space, scope, column, choices(space, scope, column));
    }
    canonicalise(space.genes(), row);  // genes stay in their places
    return row;
}

std::vector<std::vector<GeneValue>> covering_rows(const Space& space, LayoutScope scope) {
    const std::vector<GeneValue> largest = largest_row(space, scope);
    std::vector<std::vector<GeneValue>> rows{largest};
    const auto add = [&](std::size_t below, auto&& changes) {
        std::vector<GeneValue> row = largest;
        for (std::size_t column = 0; column < row.size(); ++column) {
            if (changes(column))
                row[column] = choice(space, scope, column, below);
        }
        canonicalise(space.genes(), row);  // genes stay in their places
        rows.push_back(std::move(row));
    };
    const std::vector<int> colours = colours_of(space);
    const int last = *std::ranges::max_element(colours);
    std::size_t most = 0;
    for (int colour = 0; colour <= last; ++colour) {
        std::size_t count = 0;
        for (std::size_t column = 0; column < colours.size(); ++column) {
            if (colours[column] == colour)
                count = std::max(count, choices(space, scope, column));
        }
        for (std::size_t below = 1; below < count; ++below)
            add(below, [&](std::size_t column) { return colours[column] == colour; });
        most = std::max(most, count);
    }
    add(most, [&](std::size_t column) { return colours[column] >= 0; });
    return rows;
}

}  // namespace latpred

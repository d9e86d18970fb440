#include "spaces/cost_parts.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "base/rng.hpp"
#include "spaces/gates.hpp"

namespace latpred {
namespace {

constexpr std::size_t random_networks = 48;
constexpr std::int64_t largest_count = std::int64_t{1} << 40;  // a weighted sum stays below 2^52

std::size_t level_number(CostLevel level) {
    return static_cast<std::size_t>(level);
}

/// First kind and number of kinds that a table of the level holds by unit.
std::pair<std::size_t, std::size_t> kinds_of(CostLevel level) {
    return level == CostLevel::operators ? std::pair(std::size_t{0}, operator_kinds)
                                         : std::pair(operator_kinds, kernel_kinds);
}

}  // namespace

std::size_t CostPart::number(std::span<const GeneValue> row) const {
    std::size_t sum = 0;
    for (std::size_t k = 0; k < columns.size(); ++k)
        sum += as_index(row[as_index(columns[k])]) * strides[k];
    return sum;
}

CostParts::CostParts(const Family& family) : family_(family), map_(family.places()) {
    const std::vector<std::vector<GeneValue>> rows = random_rows();
    std::vector<CostAccount> accounts;
    for (const auto& row : rows)
        accounts.push_back(account_of(family.lower(row), map_));
    sets_.fill(PlaceSets(map_.places().size()));
    for (const CostAccount& account : accounts) {
        sets_[level_number(CostLevel::kernels)].tie(account.fused);
        sets_[level_number(CostLevel::peak)].tie(account.fused);
        sets_[level_number(CostLevel::peak)].tie(account.alive);
    }
    for (CostLevel level : {CostLevel::operators, CostLevel::kernels, CostLevel::peak})
        make_parts(level, sets_[level_number(level)]);
    for (std::size_t i = 0; i < rows.size(); ++i)
        record(rows[i], accounts[i]);
}

/// Half of them as deep as they get, where every place is taken.
std::vector<std::vector<GeneValue>> CostParts::random_rows() const {
    const std::vector<Gene>& genes = family_.genes();
    std::vector<std::vector<GeneValue>> rows;
    for (std::size_t i = 0; i < random_networks; ++i) {
        Rng rng(0, "cost tables", i);
        std::vector<GeneValue> row;
        for (const Gene& gene : genes)
            row.push_back(
                static_cast<GeneValue>(rng.below(static_cast<std::uint32_t>(gene.choices()))));
        if (i % 2 == 1)
            deepen(family_, row);
        family_.canonicalise(row);
        rows.push_back(std::move(row));
    }
    return rows;
}

void CostParts::make_parts(CostLevel level, const PlaceSets& sets) {
    std::vector<std::vector<int>> columns(sets.size());
    for (std::size_t place = 0; place < sets.size(); ++place) {
        std::vector<int>& all = columns[sets.first(place)];
        const std::vector<int>& own = map_.places()[place].columns;
        all.insert(all.end(), own.begin(), own.end());
        all.insert(all.end(), map_.settings().begin(), map_.settings().end());
        std::ranges::sort(all);
        all.erase(std::ranges::unique(all).begin(), all.end());
    }
    std::size_t total = 0;
    for (std::size_t place = 0; place < sets.size(); ++place) {
        CostPart& part = part_of(level, columns[sets.first(place)]);
        part_[level_number(level)].push_back(static_cast<std::size_t>(&part - parts_.data()));
        const int unit = level == CostLevel::peak ? -1 : map_.places()[place].unit;
        if (std::ranges::find(part.units, unit) == part.units.end())
            part.units.push_back(unit);
    }
    for (const CostPart& part : parts_)
        total += part.level == level ? std::min(part.entries, most_entries + 1) : 0;
    tabled_[level_number(level)] = total <= most_entries && sets.size() <= most_places;
}

CostPart& CostParts::part_of(CostLevel level, const std::vector<int>& columns) {
    const auto found = std::ranges::find_if(parts_, [&](const CostPart& part) {
        return part.level == level && part.columns == columns;
    });
    if (found != parts_.end())
        return *found;
    CostPart part;
    part.level = level;
    part.columns = columns;
    for (int column : columns) {
        part.strides.push_back(part.entries);
        part.entries = std::min(part.entries, most_entries + 1) *
                       as_index(family_.genes()[as_index(column)].choices());
    }
    return parts_.emplace_back(std::move(part));
}

void CostParts::learn(std::span<const GeneValue> row) {
    const CostAccount account = account_of(family_.lower(row), map_);
    check_ties(account);
    record(row, account);
}

void CostParts::check_ties(const CostAccount& account) {
    if (!sets_[level_number(CostLevel::kernels)].hold(account.fused)) {
        tabled_[level_number(CostLevel::kernels)] = false;
        tabled_[level_number(CostLevel::peak)] = false;
    }
    if (!sets_[level_number(CostLevel::peak)].hold(account.alive))
        tabled_[level_number(CostLevel::peak)] = false;
}

void CostParts::record(std::span<const GeneValue> row, const CostAccount& account) {
    std::vector<std::vector<std::int64_t>> values(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const bool peak = parts_[i].level == CostLevel::peak;
        values[i].assign(peak ? 1 : parts_[i].units.size() * kinds_of(parts_[i].level).second, 0);
    }
    for (std::size_t place = 0; place < map_.places().size(); ++place) {
        for (CostLevel level : {CostLevel::operators, CostLevel::kernels}) {
            const std::size_t number = part_[level_number(level)][place];
            const std::vector<int>& units = parts_[number].units;
            const auto [first, count] = kinds_of(level);
            const auto unit = std::ranges::find(units, map_.places()[place].unit) - units.begin();
            for (std::size_t kind = 0; kind < count; ++kind)
                values[number][static_cast<std::size_t>(unit) * count + kind] +=
                    account.places[place][first + kind];
        }
        std::int64_t& peak = values[part_[level_number(CostLevel::peak)][place]].front();
        peak = std::max(peak, account.peaks[place]);
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (tabled(parts_[i].level))
            record(parts_[i], parts_[i].number(row), std::move(values[i]));
    }
}

void CostParts::record(CostPart& part, std::size_t number, std::vector<std::int64_t> values) {
    if (std::ranges::any_of(values, [](std::int64_t v) { return v > largest_count; })) {
        tabled_[level_number(part.level)] = false;
        return;
    }
    const auto [known, fresh] = part.known.try_emplace(number, values);
    if (!fresh && known->second != values)
        tabled_[level_number(part.level)] = false;
}

}  // namespace latpred

#include "searching/neighbourhood.hpp"

#include <algorithm>
#include <map>

namespace latpred {
namespace {

constexpr std::size_t most_variants = 1024;

}  // namespace

Neighbourhood::Neighbourhood(SpacePtr space) : space_(std::move(space)) {
    std::map<int, Unit> units;
    std::map<std::pair<int, int>, Columns> blocks;
    for (std::size_t column = 0; column < space_->gene_count(); ++column) {
        const Gene& gene = space_->genes()[column];
        if (gene.unit < 0)
            continue;
        Columns& into = gene.layer < 0 ? units[gene.unit].own : blocks[{gene.unit, gene.layer}];
        into.push_back(column);
    }
    for (auto& [where, columns] : blocks)
        units[where.first].blocks.push_back(std::move(columns));
    for (auto& [number, unit] : units)
        units_.push_back(std::move(unit));
}

void Neighbourhood::fill(std::span<const GeneValue> row, std::span<GeneValue> other) const {
    for (std::size_t column = 0; column < row.size(); ++column) {
        other[column] = space_->active(row, column) ? row[column] : space_->allowed(column).front();
    }
}

bool Neighbourhood::settle(std::span<GeneValue> row) const {
    space_->couple(row);
    space_->canonicalise(row);
    return !space_->banned(row);
}

void Neighbourhood::vary(std::span<const GeneValue> row, const Columns& columns,
                         Architectures& all) const {
    std::vector<GeneValue> other(row.size());
    std::vector<std::size_t> digits(columns.size());
    for (bool more = true; more;) {
        fill(row, other);
        more = false;
        for (std::size_t k = 0; k < columns.size(); ++k) {
            const auto allowed = space_->allowed(columns[k]);
            other[columns[k]] = allowed[digits[k]];
        }
        if (settle(other))
            all.append(other);
        for (std::size_t k = 0; k < columns.size() && !more; ++k) {
            digits[k] = (digits[k] + 1) % space_->allowed(columns[k]).size();
            more = digits[k] != 0;
        }
    }
}

Architectures Neighbourhood::variants(std::span<const GeneValue> row,
                                      const Columns& columns) const {
    Architectures all(space_);
    std::size_t count = 1;
    for (std::size_t column : columns)
        count = std::min(count * space_->allowed(column).size(), most_variants + 1);
    if (count <= most_variants) {
        vary(row, columns, all);
        return all;
    }
    for (std::size_t column : columns)
        vary(row, {column}, all);
    return all;
}

Architectures Neighbourhood::singles(std::span<const GeneValue> row) const {
    Architectures all(space_);
    std::vector<GeneValue> other(row.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (!space_->active(row, column))
            continue;
        for (GeneValue choice : space_->allowed(column)) {
            fill(row, other);
            other[column] = choice;
            if (settle(other) && !std::ranges::equal(other, row))
                all.append(other);
        }
    }
    return all;
}

}  // namespace latpred

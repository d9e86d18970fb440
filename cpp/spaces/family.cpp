#include "spaces/family.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr int most_gene_choices = std::numeric_limits<GeneValue>::max();

std::vector<Gene> checked(std::vector<Gene> genes, const std::string& name) {
    for (const Gene& gene : genes) {
        const std::size_t choices = std::max(gene.values.size(), gene.labels.size());
        if (choices == 0 || choices > most_gene_choices) {
            throw ConfigError(message("space ", excerpt(name), ": ", gene.name(), " has ", choices,
                                      " choices, 1 to ", most_gene_choices, " expected"));
        }
        if (gene.gate >= 0 && genes[static_cast<std::size_t>(gene.gate)].gate >= 0) {
            throw ConfigError(message("space ", excerpt(name), ": ", gene.name(),
                                      " depends on a gene that depends on another; one that always "
                                      "counts expected"));
        }
    }
    return genes;
}

}  // namespace

void canonicalise(std::span<const Gene> genes, std::span<GeneValue> row) {
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Gene& gene = genes[column];
        if (gene.gate >= 0 && row[static_cast<std::size_t>(gene.gate)] < gene.gate_from)
            row[column] = 0;
    }
}

Family::Family(std::string name, FamilyOptions options, std::vector<Gene> genes,
               std::string definition)
    : name_(std::move(name)), options_(std::move(options)),
      genes_(checked(std::move(genes), name_)), definition_(std::move(definition)), text_(genes_) {
    hashed_name_.bytes(name_).bytes(definition_);
    for (std::size_t column = 0; column < genes_.size(); ++column) {
        if (genes_[column].group == "r" && options_.resolutions)
            pixels_ = static_cast<int>(column);
    }
}

std::uint64_t Family::hash(std::span<const GeneValue> row) const {
    Hash64 hash = hashed_name_;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const bool pixels = static_cast<int>(column) == pixels_;
        const int word = pixels ? static_cast<int>(value(row, column)) : row[column];
        hash.value(static_cast<std::uint64_t>(word), 2);
    }
    return hash.digest();
}

Family::~Family() = default;

void Family::canonicalise(std::span<GeneValue> row) const {
    latpred::canonicalise(genes_, row);
    for (const Swap& swap : swaps())
        put_in_order(swap, row);
}

const PlaceMap& Family::places() const {
    std::call_once(places_made_, [this] { places_ = std::make_unique<const PlaceMap>(*this); });
    return *places_;
}

const CostTables& Family::cost_tables() const {
    std::call_once(tables_made_, [this] { tables_ = std::make_unique<const CostTables>(*this); });
    return *tables_;
}

std::vector<Place> Family::block_places() const {
    std::map<std::pair<int, int>, Place> found;
    for (std::size_t column = 0; column < genes_.size(); ++column) {
        const Gene& gene = genes_[column];
        if (gene.unit < 0 || gene.layer < 0)
            continue;
        Place& block = found[{gene.unit, gene.layer}];
        block.columns.push_back(static_cast<int>(column));
        if (gene.gate >= 0) {
            block.gate = gene.gate;
            block.gate_from = gene.gate_from;
        }
    }
    std::vector<Place> blocks;
    for (auto& [where, block] : found) {
        block.unit = where.first;
        block.layer = where.second;
        block.name = block_name(block.unit, block.layer);
        blocks.push_back(std::move(block));
    }
    return blocks;
}

std::vector<Place> Family::declare_places() const {
    std::vector<Place> places{{.name = "fixed", .columns = {}}};
    for (Place& block : block_places()) {
        if (block.gate >= 0)
            block.columns.push_back(block.gate);
        places.push_back(std::move(block));
    }
    return places;
}

std::string Family::declared_place(const Op& op) const {
    return op.unit < 0 ? "fixed" : block_name(op.unit, op.layer);
}

std::string Family::block_name(int unit, int layer) {
    return "u" + std::to_string(unit) + ".l" + std::to_string(layer);
}

}  // namespace latpred

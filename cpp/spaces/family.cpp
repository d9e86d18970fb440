#include "spaces/family.hpp"

#include <map>
#include <utility>

namespace latpred {

Family::~Family() = default;

const PlaceMap& Family::places() const {
    std::call_once(places_made_, [this] { places_ = std::make_unique<const PlaceMap>(*this); });
    return *places_;
}

std::vector<Place> Family::declare_places() const {
    std::vector<Place> places{{.name = "fixed", .columns = {}}};
    std::map<std::pair<int, int>, Place> blocks;
    for (std::size_t column = 0; column < genes_.size(); ++column) {
        const Gene& gene = genes_[column];
        if (gene.unit < 0 || gene.layer < 0)
            continue;
        Place& block = blocks[{gene.unit, gene.layer}];
        block.columns.push_back(static_cast<int>(column));
        if (gene.gate < 0)
            continue;
        block.gate = gene.gate;
        block.gate_from = gene.gate_from;
        block.columns.push_back(gene.gate);
    }
    for (auto& [where, block] : blocks) {
        block.unit = where.first;
        block.layer = where.second;
        block.name = block_name(block.unit, block.layer);
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

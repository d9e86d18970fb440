#include "spaces/place_map.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/family.hpp"

namespace latpred {

PlaceMap::PlaceMap(const Family& family) : family_(family) {
    const std::vector<Gene>& genes = family.genes();
    std::vector<bool> placed(genes.size(), false);
    for (Place& place : family.declare_places()) {
        std::ranges::sort(place.columns);
        const auto repeated = std::ranges::unique(place.columns);
        place.columns.erase(repeated.begin(), repeated.end());
        std::erase_if(place.columns, [&](int column) {
            return genes[static_cast<std::size_t>(column)].choices() == 1;
        });
        for (int column : place.columns)
            placed[static_cast<std::size_t>(column)] = true;
        units_ = std::max(units_, static_cast<std::size_t>(place.unit + 1));
        add(std::move(place));
    }
    for (std::size_t column = 0; column < genes.size(); ++column) {
        if (!placed[column] && genes[column].unit < 0 && genes[column].choices() > 1)
            settings_.push_back(static_cast<int>(column));
    }
}

void PlaceMap::add(Place place) {
    std::string declared = place.name;
    if (place.columns.empty()) {
        place.name = place.unit < 0 ? "fixed" : message("u", place.unit, ".fixed");
        place.layer = -1;
    }
    const auto same = std::ranges::find_if(places_, [&](const Place& other) {
        return other.unit == place.unit && other.columns == place.columns;
    });
    number_[std::move(declared)] = static_cast<std::size_t>(same - places_.begin());
    if (same == places_.end()) {
        places_.push_back(std::move(place));
    } else if (same->gate != place.gate) {
        same->gate = -1;  // decided by the same genes, but one of the two is always there
        same->gate_from = 0;
    } else {
        same->gate_from = std::min(same->gate_from, place.gate_from);
    }
}

std::size_t PlaceMap::place_of(const Op& op) const {
    const auto found = number_.find(family_.declared_place(op));
    if (found == number_.end()) {
        throw ConfigError(message("space ", family_.name(), ": operator ", op.name(),
                                  " is in no declared place"));
    }
    return found->second;
}

}  // namespace latpred

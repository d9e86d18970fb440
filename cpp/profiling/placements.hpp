// Placements: which genes a block profile fixes, and what the networks need for them to count.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// What networks are drawn for: a layer's block alone, or several fixes at once.
enum class Estimand : std::uint8_t {
    conditional,  ///< the layer exists, depths being uniform over those in which it does
    legacy        ///< Mills et al.'s code: depths below the layer's number are raised to it
};

/// The least choice of a gate under either rule.
struct Floor {
    int gate = 0;
    GeneValue exists = 0;  ///< from here on the layer is there
    GeneValue legacy = 0;  ///< what the original's code raises a lower depth to
};

/// Choices fixed at once.
struct Placement {
    std::string name;   ///< "u1.l0=e6k7"; fixes of several layers are joined by "+"
    std::string place;  ///< of the first fix: "u1.l0", or a gene outside units ("w[0]")
    std::string block;  ///< "e6k7", or the gene's choice
    int unit = -1;      ///< of the first fix; -1 outside units
    int layer = -1;     ///< from 0
    std::string label;  ///< as the original's log has it
    std::vector<std::vector<double>> specs = {};     ///< as the original writes them; may be empty
    std::vector<std::pair<int, GeneValue>> choices;  ///< column and index
    std::vector<Floor> floors = {};
    bool single = true;  ///< one block or gene, perhaps with a resolution
};

/// Every block at every layer that networks of the space can have, by unit, layer and block; of
/// "ofa-resnet50" first the stem's two depths, two widths and three widths, as the original lists.
/// Blocks that no network has under the restriction are left out.
std::vector<Placement> all_placements(const SpacePtr& space);

/// One fix in the original's form: [unit, layer, kernel, expand] or with a resolution behind; of
/// "ofa-resnet50" [0, depth], [1, stem, width index], [2, unit, layer, ratio, width index].
/// ConfigError for other forms, units, layers, blocks and resolutions than the space has.
Placement placement_of_spec(const SpacePtr& space, const std::vector<double>& spec);

/// One fix as text: "u1.l0=e6k7", or of a gene "d[0]=2" or "r=224". ConfigError as above.
Placement placement_of_text(const SpacePtr& space, const std::string& text);

/// Several fixes at once; a later resolution wins over an earlier one, as in the original.
/// ConfigError for two choices of one other gene, and for none.
Placement joined(const SpacePtr& space, const std::vector<Placement>& parts);

/// With a resolution as well, in pixels. ConfigError where the space has not that.
Placement at_resolution(const SpacePtr& space, Placement placement, double pixels);

}  // namespace latpred

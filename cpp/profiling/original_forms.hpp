// How the original code (Ascend-Research/BlockProfile, Mills et al. 2021) names what it fixes.
#pragma once

#include <string>
#include <vector>

#include "profiling/placements.hpp"
#include "profiling/sites.hpp"

namespace latpred {

/// Whether the space is the original's ResNet50, whose depths its code raises correctly.
bool is_original_resnet(const Space& space);

/// "Unit 1 Layer 0 as MBConv6_7x7", "U1 with 408 C and L0 with ratio 0.250000"; other blocks by
/// their names.
std::string original_label(const Space& space, const Site& site, const Block& block);
/// Of a gene outside units: "Stem skipping enabled", "Stem 1 with channels 24".
std::string original_label(const Space& space, int column, GeneValue index);

/// [unit, layer, kernel, expand] or [2, unit, layer, ratio, width index]; empty where the original
/// has no such blocks.
std::vector<double> original_spec(const Space& space, const Site& site, const Block& block);
/// [0, depth] or [1, stem, width index]; empty for other genes.
std::vector<double> original_spec(const Space& space, int column, GeneValue index);

/// What a spec fixes, in terms of the space.
struct ReadSpec {
    int unit = -1;  ///< -1: a gene outside units
    int layer = -1;
    std::vector<std::pair<std::string, double>> values =
        {};                 ///< value of each gene group of the block
    std::string gene = {};  ///< "w[0]" where unit is -1
    double value = 0;       ///< of that gene
    double resolution = 0;  ///< in pixels; 0: not fixed
};

/// ConfigError for what is no spec of this space.
ReadSpec read_spec(const Space& space, const std::vector<double>& spec);

/// Stem fixes that the original lists for ResNet50: genes and indices.
std::vector<std::pair<int, GeneValue>> original_stem_fixes(const Space& space);

}  // namespace latpred

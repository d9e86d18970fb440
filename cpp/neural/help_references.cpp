// The ten networks by which HELP's published tables describe a device.
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "neural/help_sources.hpp"

namespace latpred {
namespace {

// Choices of the genes as digits: networks 11982, 431, 55, 9, 14451, 8636, 9881, 13479, 6196, 1462
// of NAS-Bench-201 and 3328, 3790, 3313, 890, 3052, 2538, 1640, 2514, 457, 2100 of HELP's 5,000 of
// FBNet (its hardware_embedding_index.pt; MIT licence).
constexpr std::string_view cell_references[] = {"401211", "301001", "114010", "400103", "020322",
                                                "121203", "341024", "132433", "401024", "333333"};
constexpr std::string_view chain_references[] = {
    "1866803437874325730137", "5485168530480245066005", "7275468066512407560332",
    "8161627168752018032254", "1707434661105677676312", "2245725722123146363201",
    "4455311042242050562525", "8844681803128858228148", "0767336174377084856851",
    "1240730564570143233306"};

}  // namespace

Architectures published_references(const SpacePtr& space) {
    std::span<const std::string_view> texts;
    if (space->family().name() == "nas-bench-201")
        texts = cell_references;
    else if (space->family().name() == "fbnet")
        texts = chain_references;
    std::vector<GeneValue> genes;
    for (const std::string_view text : texts) {
        if (text.size() != space->gene_count())
            return Architectures(space);
        for (const char digit : text)
            genes.push_back(static_cast<GeneValue>(digit - '0'));
    }
    try {
        return {space, std::move(genes)};
    } catch (const ArchitectureError&) {  // a restricted space
        return Architectures(space);
    }
}

}  // namespace latpred

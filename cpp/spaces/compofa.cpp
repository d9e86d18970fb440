#include "spaces/compofa.hpp"

#include <array>

#include "spaces/ofa_mobilenetv3.hpp"

namespace latpred {
namespace {

constexpr std::array<GeneValue, OfaMobileNetV3::stages> stage_kernels{0, 1, 0, 0, 1};  // 3 5 3 3 5

}  // namespace

SpacePtr make_compofa(const FamilyOptions& options, bool fixed_kernels) {
    constexpr int blocks = OfaMobileNetV3::stages * OfaMobileNetV3::slots;
    const auto family = std::make_shared<const OfaMobileNetV3>(options);
    Restriction restriction;
    restriction.allowed.resize(family->genes().size());
    for (int block = 0; block < blocks; ++block) {
        const int stage = block / OfaMobileNetV3::slots;
        restriction.couplings.push_back({2 * blocks + stage, blocks + block, {0, 1, 2}});
        if (!fixed_kernels)
            continue;
        restriction.allowed[static_cast<std::size_t>(block)] = {
            stage_kernels[static_cast<std::size_t>(stage)]};
    }
    return Space(family).restrict(fixed_kernels ? "compofa-fixed" : "compofa-elastic", restriction);
}

}  // namespace latpred

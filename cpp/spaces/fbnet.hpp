// The FBNet space (Wu et al., "FBNet", CVPR 2019) as HW-NAS-Bench and HELP use it.
#pragma once

#include <array>
#include <string_view>

#include "spaces/family.hpp"

namespace latpred {

/// 22 blocks in 7 stages, each one of nine operations (G = 22, 9^22 networks); the widths are
/// fixed. At 32 pixels (100 classes unless asked otherwise) the CIFAR form: stem of stride 1, head
/// of 1504 channels; at 224 pixels (1000 classes) the ImageNet form: strides of 2 in stem and
/// second stage, head of 1984 channels.
///
/// `skip` is the identity, of no operator at all, or a 1x1 convolution where the shape changes.
class FbNet final : public Family {
  public:
    static constexpr int blocks = 22;
    static constexpr std::array<std::string_view, 9> operations{
        "k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6", "skip"};

    explicit FbNet(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;

    /// HELP's form: the numbers of the operations, e.g. "7_8_1_…". Written is the canonical text.
    [[nodiscard]] std::optional<std::vector<std::string>>
    own_choices(const std::string& text) const override;
};

}  // namespace latpred

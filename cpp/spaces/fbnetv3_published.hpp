// The published FBNetV3 networks, A to G.
#pragma once

#include "spaces/family.hpp"

namespace latpred {

/// Seven networks, each at its own input size, from the layer tables of the FBNetV3 paper's authors
/// (Dai et al., CVPR 2021; mobile-vision's fbnet_v3). One gene, which network: a list, no space
/// to search. Its networks are none of the space `fbnetv3`, whose blocks are others.
class FbNetV3Published final : public Family {
  public:
    static constexpr const char* published_name = "fbnetv3-published";

    /// ConfigError for any setting.
    explicit FbNetV3Published(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;

    /// The gene decides all operators.
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;

    /// "A" for "net=A".
    [[nodiscard]] std::optional<std::vector<std::string>>
    own_choices(const std::string& text) const override;
};

}  // namespace latpred

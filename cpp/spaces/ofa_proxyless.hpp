// The OFA-ProxylessNAS space (Cai et al., "Once-for-All", ICLR 2020; ProxylessNAS, ICLR 2019).
#pragma once

#include "spaces/family.hpp"

namespace latpred {

/// Five stages of two to four inverted bottlenecks and a sixth of one; genes ks[21] e[21] d[6] r
/// (G = 49). ReLU6, no squeeze-and-excite, batch-norm eps 1e-3. Width 1.3.
class OfaProxyless final : public Family {
  public:
    explicit OfaProxyless(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;
    [[nodiscard]] std::vector<std::string> unused_keys() const override { return {"wid"}; }
    [[nodiscard]] LookupForm lookup_form() const override { return LookupForm::ratio; }
};

}  // namespace latpred

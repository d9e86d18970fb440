// The NAS-Bench-201 space (Dong & Yang, "NAS-Bench-201", ICLR 2020).
#pragma once

#include "spaces/family.hpp"

namespace latpred {

/// One cell of six edges with five operations, repeated 3 x 5 times at 16, 32, 64 channels
/// (G = 6, 15,625 networks). Input 32 or 224 pixels; 10, 100, 120 or 1000 classes.
class NasBench201 final : public Family {
  public:
    explicit NasBench201(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;

    /// An edge over all cells ("edge0" to "edge5", with node 1 in edge0), and the sums at "node2"
    /// and "node3", which depend on which of their edges carry something.
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;

    /// The official form, e.g. "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|…|".
    [[nodiscard]] std::optional<std::string>
    own_text(std::span<const GeneValue> row) const override;
    [[nodiscard]] std::optional<std::vector<std::string>>
    own_choices(const std::string& text) const override;
};

/// What the cell computes as text; networks of one class share it. The benchmark counts 6,466
/// classes; its rule sorts terms by name without flattening sums and does not fold a node all of
/// whose inputs are zero, so some equal functions count twice. This keeps the published classes.
std::string nas_bench_201_class(std::span<const GeneValue> row);

}  // namespace latpred

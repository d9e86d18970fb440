// How often an architecture takes each choice, wherever it stands.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "encodings/encoding.hpp"

namespace latpred {

/// For each group of genes with a choice, a count for each of its choices: of the blocks that it
/// holds for; where its gene is of no block, of the active genes that take it. In cells and in
/// FBNet these are counts of operations ("op=k3_e1"), in OFA's spaces of kernels, expansions and
/// depths
/// ("ks=3").
class OperationCounts final : public Encoding {
  public:
    explicit OperationCounts(SpacePtr space);

    [[nodiscard]] std::vector<std::string> feature_names() const override { return names_; }
    [[nodiscard]] std::size_t features() const override { return names_.size(); }

  private:
    void write(const Architectures& archs, std::span<float> out) const override;

    std::vector<std::string> names_;
    std::vector<std::vector<std::size_t>> feature_;  ///< of each gene's choices; none of fixed ones
    std::vector<Place> blocks_;
    std::vector<std::size_t> outside_;  ///< columns of genes of no block
};

}  // namespace latpred

// A score as a sum over genes and over pairs of genes.
#pragma once

#include <cstdint>

#include "guided/score_model.hpp"

namespace latpred {

/// Ridge regression on one-hot genes and on one-hot pairs of them, all with the same prior; an
/// inactive gene is a choice of its own. As two networks share a feature for each gene and each
/// pair of genes in which they agree, N rows need an N x N kernel of agreements and never the
/// features. The ridge is that of least generalised cross-validation error on up to 256 rows.
class PairwiseModel final : public ScoreModel {
  public:
    explicit PairwiseModel(const SpacePtr& space);

    void fit(const Architectures& archs, std::span<const double> scores) override;
    [[nodiscard]] std::vector<double> predict(const Architectures& archs) const override;

  private:
    using Codes = std::vector<std::uint16_t>;

    /// N x G choices; one more than a gene has where it is inactive.
    [[nodiscard]] Codes codes_of(const Architectures& archs) const;
    /// Calls `take` with the number of every feature of a row.
    template <class Take>
    void each_feature(std::span<const std::uint16_t> row, const Take& take) const;
    [[nodiscard]] double choose_ridge(const Architectures& archs,
                                      std::span<const double> centred) const;

    std::size_t genes_;
    std::vector<std::size_t> choices_;      ///< of each gene
    std::vector<std::size_t> pair_places_;  ///< first feature of each pair, in the order of loops
    std::vector<std::size_t> places_;       ///< first feature of each gene
    std::vector<double> weights_;
    double mean_ = 0;
    double
        scale_;  ///< features of a row are 1 / sqrt(their number), so that its prior variance is 1
};

}  // namespace latpred

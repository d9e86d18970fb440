// Genes as numbers, centred, for networks that read them as they are.
#pragma once

#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// N x G: the number that a gene stands for, or its place among the choices from 1 where they are
/// no numbers (the operations of NAS-Bench-201: 1 to 5).
std::vector<double> gene_numbers(const Architectures& archs);

/// (number - mean) x factor of each gene. One set of statistics, which training and every
/// prediction share.
class GeneScaling {
  public:
    /// Of these rows: means, and where `standardise` 1 / deviation as factors (0 for a gene that
    /// does not vary), else 1.
    GeneScaling(const Architectures& archs, bool standardise);
    /// ConfigError for numbers of different counts or that are not finite.
    GeneScaling(std::vector<double> means, std::vector<double> factors);

    [[nodiscard]] const std::vector<double>& means() const { return means_; }
    [[nodiscard]] const std::vector<double>& factors() const { return factors_; }
    /// N x G.
    [[nodiscard]] std::vector<float> apply(const Architectures& archs) const;

  private:
    std::vector<double> means_, factors_;
};

}  // namespace latpred

// Columns of the pooled regression, and what the population says about them.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "profiling/pooled_moments.hpp"

namespace latpred {

/// 1 where a factor is in one of these states.
struct PooledColumn {
    std::size_t factor = 0;
    std::vector<int> states;
};

/// A column for each state of each factor: joint choices of blocks.
std::vector<PooledColumn> block_columns(const PooledFactors& factors);

/// A column for each state of each gene, and for each choice of each gene of each site: blocks as
/// sums of their genes' effects. Of these groups ("d", "e", "ks", …) and the settings.
std::vector<PooledColumn> gene_columns(const PooledFactors& factors,
                                       const std::vector<std::string>& groups);

/// Groups of a space's genes in the order of its sites' columns, depths first; without settings.
std::vector<std::string> gene_groups(const PooledFactors& factors);

/// Whether the factor is of a unit or site: not a setting of the whole network.
bool of_a_unit(const PooledFactor& factor);

/// An intercept and columns, without those that the ones before them make up in every network.
class PooledDesign {
  public:
    PooledDesign(const PooledFactors& factors, std::shared_ptr<const PooledMoments> moments,
                 const std::vector<PooledColumn>& columns);

    [[nodiscard]] const PooledFactors& factors() const { return *factors_; }
    [[nodiscard]] const PooledMoments& moments() const { return *moments_; }
    /// P, the intercept included.
    [[nodiscard]] Eigen::Index terms() const { return gram_.rows(); }
    /// Whether each column is of a single state.
    [[nodiscard]] bool joint() const;
    /// Column number p >= 1 of the design; 0 is the intercept.
    [[nodiscard]] const PooledColumn& column(Eigen::Index p) const {
        return columns_[static_cast<std::size_t>(p - 1)];
    }
    /// P x P: expectations of products of columns.
    [[nodiscard]] const Eigen::MatrixXd& gram() const { return gram_; }
    [[nodiscard]] const std::shared_ptr<const PooledMoments>& shared_moments() const {
        return moments_;
    }
    /// P x the other's: expectations of products of columns of two designs of one space.
    [[nodiscard]] Eigen::MatrixXd products(const PooledDesign& other) const;
    /// N x P.
    [[nodiscard]] Eigen::MatrixXd rows(const Architectures& archs) const;
    /// P: expectations of the columns where state number `state` (of all factors) is; below 0: of
    /// all networks.
    [[nodiscard]] Eigen::VectorXd expectation(int state) const;
    [[nodiscard]] double probability(int state) const;
    /// 1 + S: what each state adds where the columns have these P coefficients.
    [[nodiscard]] Eigen::VectorXd by_state(const Eigen::VectorXd& coefficients) const;
    /// Fewest networks for sound intervals: one and a half a term, and six of the rarest column.
    [[nodiscard]] std::size_t least_networks() const;

  private:
    const PooledFactors* factors_;
    std::shared_ptr<const PooledMoments> moments_;
    std::vector<PooledColumn> columns_;
    Eigen::MatrixXd with_states_;  ///< P x (1 + S): probabilities of column and state together
    Eigen::MatrixXd gram_;
};

/// Numbers of the columns of a matrix with these products of columns (P x P) that are no
/// combination of those before them.
std::vector<Eigen::Index> independent_columns(const Eigen::MatrixXd& gram);

}  // namespace latpred

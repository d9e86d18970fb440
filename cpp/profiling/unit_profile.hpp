// What a block profile says about one unit, and what it lets us leave out there.
#pragma once

#include <cstddef>
#include <vector>

#include "profiling/option_judge.hpp"
#include "profiling/unit_mutation.hpp"

namespace latpred {

/// Effects of a block profile as scores: M goals each, row-major, more is better, in standard
/// deviations of random networks.
struct SiteEffects {
    std::vector<double> blocks;        ///< B x M, of the site's blocks
    std::vector<double> block_errors;  ///< standard errors
    std::vector<double> layer;         ///< M: of the layer's being there
    std::vector<double> layer_errors;
};

struct ReductionSettings {
    double surely = 0;         ///< standard errors by which a block must be behind to be left out
    double surely_depths = 3;  ///< and a depth
    double slack = 0;          ///< and standard deviations of random networks
    std::size_t steps = 0;     ///< of weightings; 0: as many as the goals ask
    double likely = 0.5;       ///< mutation probability of the unit that matters most
    double unlikely = 0.1;     ///< least probability
};

struct OptionFate {
    bool kept = true;
    Verdict verdict;
};

class UnitProfile {
  public:
    /// `layers`: effects of the unit's sites.
    UnitProfile(const Space& space, const MutationUnit& unit,
                std::vector<const SiteEffects*> layers, std::size_t goals);

    /// By layer and block.
    [[nodiscard]] std::vector<std::vector<OptionFate>>
    judge_blocks(const std::vector<std::vector<double>>& weightings,
                 const ReductionSettings& settings) const;
    /// By depth, with the best block of each weighting in every layer.
    [[nodiscard]] std::vector<OptionFate>
    judge_depths(const std::vector<std::vector<double>>& weightings,
                 const ReductionSettings& settings) const;
    /// Of the unit's part of the networks that are left, for one goal.
    [[nodiscard]] double variance(std::size_t goal,
                                  const std::vector<std::vector<OptionFate>>& blocks,
                                  const std::vector<OptionFate>& depths) const;

  private:
    using Key = std::vector<std::pair<int, GeneValue>>;
    struct SharedFates;

    void find_depth_means();
    /// The choices of a block in genes of the whole unit.
    [[nodiscard]] Key shared_part(const Block& block) const;
    [[nodiscard]] SharedFates judge_shared(const std::vector<std::vector<double>>& weightings,
                                           const ReductionSettings& settings) const;
    struct Estimate {
        double value = 0;
        double variance = 0;
    };
    [[nodiscard]] Estimate best_block(std::size_t layer, const std::vector<double>& weights) const;

    const Space& space_;
    const MutationUnit& unit_;
    std::vector<const SiteEffects*> layers_;
    std::size_t goals_;
    std::vector<std::vector<double>> centred_;  ///< blocks of each layer minus their mean
    // Means over networks of each depth minus the mean over all, D x M.
    std::vector<std::size_t> counts_;  ///< layers of each depth
    std::vector<double> depth_scores_;
    std::vector<double> depth_errors_;
};

}  // namespace latpred

#include "profiling/unit_profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/index.hpp"
#include "profiling/narrowing.hpp"

namespace latpred {

UnitProfile::UnitProfile(const Space& space, const MutationUnit& unit,
                         std::vector<const SiteEffects*> layers, std::size_t goals)
    : space_(space), unit_(unit), layers_(std::move(layers)), goals_(goals),
      counts_(layer_counts(space, unit)) {
    for (const SiteEffects* effects : layers_) {
        std::vector<double> scores = effects->blocks;
        const std::size_t blocks = scores.size() / goals_;
        for (std::size_t m = 0; m < goals_; ++m) {
            double mean = 0;
            for (std::size_t b = 0; b < blocks; ++b)
                mean += scores[b * goals_ + m] / static_cast<double>(blocks);
            for (std::size_t b = 0; b < blocks; ++b)
                scores[b * goals_ + m] -= mean;
        }
        centred_.push_back(std::move(scores));
    }
    find_depth_means();
}

/// A layer's effect is the mean over all depths that have it, each equally likely, so the sums over
/// a depth and all deeper ones are known, and the depths' own means are their differences.
void UnitProfile::find_depth_means() {
    const std::size_t depths = counts_.size();
    std::vector<double> sums((depths + 1) * goals_);
    std::vector<double> variances((depths + 1) * goals_);
    for (std::size_t t = 1; t < depths; ++t) {
        const auto deeper = static_cast<double>(depths - t);
        const auto added = static_cast<double>(counts_[t] - counts_[t - 1]);
        for (std::size_t l = counts_[t - 1]; l < counts_[t]; ++l) {
            for (std::size_t m = 0; m < goals_; ++m) {
                sums[t * goals_ + m] += deeper * layers_[l]->layer[m] / added;
                // Effects of layers that come together are much the same: no mean of errors.
                variances[t * goals_ + m] +=
                    std::pow(deeper * layers_[l]->layer_errors[m], 2) / added;
            }
        }
    }
    for (std::size_t i = 0; i < depths * goals_; ++i) {
        depth_scores_.push_back(sums[i] - sums[i + goals_]);
        depth_errors_.push_back(std::sqrt(variances[i] + variances[i + goals_]));
    }
}

UnitProfile::Estimate UnitProfile::best_block(std::size_t layer,
                                              const std::vector<double>& weights) const {
    const std::vector<double>& errors = layers_[layer]->block_errors;
    Estimate best{-std::numeric_limits<double>::infinity(), 0};
    for (std::size_t i = 0; i < errors.size(); i += goals_) {
        Estimate block;
        for (std::size_t m = 0; m < goals_; ++m) {
            block.value += weights[m] * centred_[layer][i + m];
            block.variance += std::pow(weights[m] * errors[i + m], 2);
        }
        if (block.value > best.value)
            best = block;
    }
    return best;
}

std::vector<OptionFate>
UnitProfile::judge_depths(const std::vector<std::vector<double>>& weightings,
                          const ReductionSettings& settings) const {
    const std::size_t depths = counts_.size();
    std::vector<Verdict> verdicts(depths);
    for (Verdict& verdict : verdicts)
        verdict.behind = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& weights : weightings) {
        std::vector<double> sums(depths);
        std::vector<double> variances(depths);
        for (std::size_t t = 0; t < depths; ++t) {
            for (std::size_t m = 0; m < goals_; ++m) {
                sums[t] += weights[m] * depth_scores_[t * goals_ + m];
                variances[t] += std::pow(weights[m] * depth_errors_[t * goals_ + m], 2);
            }
            // Layers of all depths are the same in all: their errors tell no depth from another.
            for (std::size_t l = counts_.front(); l < counts_[t]; ++l) {
                const Estimate best = best_block(l, weights);
                sums[t] += best.value;
                variances[t] += best.variance;
            }
        }
        compare(sums, variances, settings.surely_depths, weights, verdicts);
    }
    std::vector<OptionFate> fates;
    for (Verdict& verdict : verdicts) {
        const bool kept = verdict.behind <= settings.slack;
        fates.push_back({kept, std::move(verdict)});
    }
    return fates;
}

double UnitProfile::variance(std::size_t goal, const std::vector<std::vector<OptionFate>>& blocks,
                             const std::vector<OptionFate>& depths) const {
    std::vector<double> shift;   // mean of the blocks that are left, of each layer
    std::vector<double> spread;  // their variance
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        double n = 0;
        double sum = 0;
        double squares = 0;
        for (std::size_t b = 0; b < blocks[l].size(); ++b) {
            const double x = centred_[l][b * goals_ + goal];
            n += blocks[l][b].kept ? 1 : 0;
            sum += blocks[l][b].kept ? x : 0;
            squares += blocks[l][b].kept ? x * x : 0;
        }
        shift.push_back(sum / n);
        spread.push_back(std::max(squares / n - sum / n * sum / n, 0.0));
    }
    double within = 0;
    std::vector<double> means;
    for (std::size_t t = 0; t < counts_.size(); ++t) {
        if (!depths[t].kept)
            continue;
        means.push_back(depth_scores_[t * goals_ + goal]);
        for (std::size_t l = 0; l < counts_[t]; ++l) {
            means.back() += shift[l];
            within += spread[l];
        }
    }
    const auto n = static_cast<double>(means.size());
    const double mean = std::reduce(means.begin(), means.end()) / n;
    double between = 0;
    for (const double x : means)
        between += (x - mean) * (x - mean);
    return (within + between) / n;
}

}  // namespace latpred

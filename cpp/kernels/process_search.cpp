#include "kernels/process_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Groups = std::vector<std::vector<Index>>;

constexpr std::size_t least_families = 4;
constexpr std::size_t search_rows = 400;  ///< settings are chosen on as many at most
constexpr int search_rounds = 2;

/// A setting and the values that are tried.
struct Choice {
    double ProcessSettings::* setting;
    std::vector<double> values;
};

const std::vector<Choice>& choices() {
    static const std::vector<Choice> all{
        {&ProcessSettings::length, {1, 2, 4, 8}},
        {&ProcessSettings::wide, {0.1, 0.2, 0.4, 0.7}},
        {&ProcessSettings::narrow, {0.0, 0.05, 0.1, 0.2, 0.4}},
        {&ProcessSettings::kind, {0.03, 0.1, 0.3}},
        {&ProcessSettings::network, {0.003, 0.01, 0.02, 0.04, 0.08}},
        {&ProcessSettings::family, {0.0, 0.02, 0.04, 0.08}},
    };
    return all;
}

/// Of the logarithm of the density of rows without their groups; rows that are believed less count
/// less. Smaller is better.
double surprise(const LeftOut& found, const VectorXd& weights) {
    const auto variances = found.variances.array().max(1e-12);
    return (weights.array() * (variances.log() + found.errors.array().square() / variances)).sum();
}

/// Numbers of the rows that settings are chosen on: a draw that depends on what is in them.
std::vector<Index> searched_rows(const MeasuredNetworks& rows, std::uint64_t seed) {
    std::vector<Index> all(static_cast<std::size_t>(rows.size()));
    std::iota(all.begin(), all.end(), Index{0});
    if (all.size() > search_rows) {
        Rng(seed, "rows of a network model").shuffle(std::span(all));
        all.resize(search_rows);
        std::ranges::sort(all);
    }
    return all;
}

class Search {
  public:
    Search(const MeasuredNetworks& rows, const SumRows& sums, const VectorXd& rest,
           const VectorXd& weights, std::uint64_t seed, Monitor& monitor)
        : kept_(searched_rows(rows, seed)), rows_(picked(rows, kept_)), rest_(rest(kept_)),
          weights_(weights(kept_)), groups_(row_groups(rows_)), monitor_(monitor) {
        SumRows here;
        for (const Index i : kept_)
            here.push_back(sums[static_cast<std::size_t>(i)]);
        parts_ = sum_components(AtomShapes(rows_.table.atoms), here, process_lengths, monitor);
    }

    [[nodiscard]] double judged(const ProcessSettings& settings) const {
        SumComponents both{parts_.kind, {}};
        for (const double length : lengths_of(settings)) {
            const auto at = std::ranges::find(process_lengths, length);
            both.shape.push_back(
                parts_.shape[static_cast<std::size_t>(at - process_lengths.begin())]);
        }
        return surprise(
            left_out(row_covariance(rows_, both, weights_, settings), rest_, groups_, monitor_),
            weights_);
    }

  private:
    std::vector<Index> kept_;
    MeasuredNetworks rows_;
    VectorXd rest_;
    VectorXd weights_;
    Groups groups_;
    SumComponents parts_;
    Monitor& monitor_;
};

}  // namespace

Groups row_groups(const MeasuredNetworks& rows) {
    Groups groups(rows.families.size());
    for (Index i = 0; i < rows.size(); ++i)
        groups[static_cast<std::size_t>(rows.family[static_cast<std::size_t>(i)])].push_back(i);
    std::erase_if(groups, [](const auto& group) { return group.empty(); });
    if (groups.size() >= least_families)
        return groups;
    groups.assign(static_cast<std::size_t>(rows.size()), {});
    for (Index i = 0; i < rows.size(); ++i)
        groups[static_cast<std::size_t>(i)] = {i};
    return groups;
}

LeftOut left_out(const MatrixXd& covariance, const VectorXd& rest, const Groups& groups,
                 Monitor& monitor) {
    const Cholesky factor = positive_factor(covariance, monitor);
    const MatrixXd inverse = factor.inverse(monitor);
    const VectorXd alpha = factor.solve(rest, monitor);
    LeftOut found{VectorXd(rest.size()), VectorXd(rest.size())};
    for (const std::vector<Index>& group : groups) {
        const MatrixXd block = positive_factor(inverse(group, group), monitor).inverse(monitor);
        found.errors(group) = block * VectorXd(alpha(group));
        found.variances(group) = block.diagonal();
    }
    return found;
}

ProcessSettings best_settings(const MeasuredNetworks& rows, const SumRows& sums,
                              const VectorXd& rest, const VectorXd& weights, ProcessSettings start,
                              std::uint64_t seed, Monitor& monitor) {
    const Search search(rows, sums, rest, weights, seed, monitor);
    ProcessSettings best = start;
    double least = search.judged(best);
    for (int round = 0; round < search_rounds; ++round) {
        for (const Choice& choice : choices()) {
            ProcessSettings tried = best;
            for (const double value : choice.values) {
                tried.*choice.setting = value;
                if (value == best.*choice.setting)
                    continue;
                const double here = search.judged(tried);
                if (here < least) {
                    least = here;
                    best = tried;
                }
            }
        }
    }
    return best;
}

}  // namespace latpred

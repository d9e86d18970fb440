#include "profiling/option_judge.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace latpred {
namespace {

void extend(std::vector<std::vector<double>>& all, std::vector<double>& begun, std::size_t left,
            std::size_t goals, std::size_t steps) {
    const double unit = 1.0 / static_cast<double>(steps);
    if (begun.size() + 1 == goals) {
        all.push_back(begun);
        all.back().push_back(static_cast<double>(left) * unit);
        return;
    }
    for (std::size_t taken = 0; taken <= left; ++taken) {
        begun.push_back(static_cast<double>(taken) * unit);
        extend(all, begun, left - taken, goals, steps);
        begun.pop_back();
    }
}

/// Variance of a weighted sum of independent errors.
double variance_at(std::span<const double> errors, std::span<const double> weights) {
    return std::transform_reduce(errors.begin(), errors.end(), weights.begin(), 0.0, std::plus<>(),
                                 [](double e, double w) { return e * e * w * w; });
}

}  // namespace

std::vector<std::vector<double>> goal_weightings(std::size_t goals, std::size_t steps) {
    std::vector<std::vector<double>> all;
    std::vector<double> begun;
    extend(all, begun, steps, goals, steps);
    return all;
}

void compare(const std::vector<double>& sums, const std::vector<double>& variances, double surely,
             const std::vector<double>& weights, std::vector<Verdict>& verdicts) {
    const auto best = static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double unsure = i == best ? 0 : std::sqrt(variances[i] + variances[best]);
        const double behind = sums[best] - sums[i] - surely * unsure;
        if (behind < verdicts[i].behind)
            verdicts[i] = {behind, best, weights};
    }
}

std::vector<Verdict> judge(const Options& options,
                           const std::vector<std::vector<double>>& weightings, double surely) {
    const std::size_t goals = options.goals;
    std::vector<Verdict> verdicts(options.size());
    for (Verdict& verdict : verdicts)
        verdict.behind = std::numeric_limits<double>::infinity();
    std::vector<double> sums(options.size());
    std::vector<double> variances(options.size());
    for (const std::vector<double>& weights : weightings) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const auto scores = options.scores.subspan(i * goals, goals);
            sums[i] = std::inner_product(scores.begin(), scores.end(), weights.begin(), 0.0);
            variances[i] = variance_at(options.errors.subspan(i * goals, goals), weights);
        }
        compare(sums, variances, surely, weights, verdicts);
    }
    return verdicts;
}

}  // namespace latpred

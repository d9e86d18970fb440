// Which of several options can be best for some weighting of the goals.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// Weights of the goals, each vector summing to 1: a lattice with `steps` steps a side, which holds
/// every goal alone.
std::vector<std::vector<double>> goal_weightings(std::size_t goals, std::size_t steps);

/// B options with M scores each, row-major; more is better. Errors are standard errors.
struct Options {
    std::span<const double> scores;
    std::span<const double> errors;
    std::size_t goals = 1;

    [[nodiscard]] std::size_t size() const { return scores.size() / goals; }
};

struct Verdict {
    /// At the weighting that suits the option best: what it lacks to the best one, less `surely`
    /// standard errors of that difference. Above 0: some other option is better at every weighting.
    double behind = 0;
    std::size_t rival = 0;  ///< the best option at that weighting
    std::vector<double> weighting;
};

/// What one weighting says, given the options' weighted sums and the variances of these, into their
/// verdicts so far.
void compare(const std::vector<double>& sums, const std::vector<double>& variances, double surely,
             const std::vector<double>& weights, std::vector<Verdict>& verdicts);

/// A verdict for each option. An option is on the hull of all where `behind` is 0 without errors.
std::vector<Verdict> judge(const Options& options,
                           const std::vector<std::vector<double>>& weightings, double surely);

}  // namespace latpred

// The fit of a network model.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "kernels/network_model.hpp"
#include "kernels/process_search.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int fit_rounds = 2;
constexpr double doubt_corner = 3;         ///< deviations from which on a row is believed less
constexpr std::size_t most_folds = 30;     ///< families beyond are left out several at a time
constexpr double row_error = 0.05;         ///< to which noise of rows is compared
constexpr double least_prediction = 0.05;  ///< of the latency to first order

/// What the noise of rows leaves of their weight in the mean.
VectorXd mean_weights(const MeasuredNetworks& rows, const VectorXd& weights) {
    const double known = row_error * row_error;
    return weights.array() * known / (known + rows.deviations.array().square());
}

/// Rows that the others contradict by more than `doubt_corner` deviations: their noise grows until
/// they do not.
VectorXd believed(const MatrixXd& covariance, const VectorXd& rest, const VectorXd& weights,
                  Monitor& monitor) {
    std::vector<std::vector<Index>> alone(static_cast<std::size_t>(rest.size()));
    for (Index i = 0; i < rest.size(); ++i)
        alone[static_cast<std::size_t>(i)] = {i};
    const LeftOut found = left_out(covariance, rest, alone, monitor);
    VectorXd next = weights;
    for (Index i = 0; i < rest.size(); ++i) {
        const double off = std::abs(found.errors[i]) / std::sqrt(found.variances[i]);
        const double share = std::min(1.0, doubt_corner / std::max(off, 1e-12));
        next[i] = std::max(weights[i] * share * share, 1e-4);
    }
    return next;
}

/// Groups of families that are left out together, each with all rows of its families.
std::vector<std::vector<Index>> folds_of(const MeasuredNetworks& rows) {
    std::vector<std::vector<Index>> groups = row_groups(rows);
    std::ranges::stable_sort(groups, [](const auto& a, const auto& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    std::vector<std::vector<Index>> folds(std::min(groups.size(), most_folds));
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::vector<Index>& fold = folds[i % folds.size()];
        fold.insert(fold.end(), groups[i].begin(), groups[i].end());
    }
    for (std::vector<Index>& fold : folds)
        std::ranges::sort(fold);
    return folds;
}

std::vector<Index> others_of(const std::vector<Index>& fold, Index size) {
    std::vector<Index> all(static_cast<std::size_t>(size));
    std::iota(all.begin(), all.end(), Index{0});
    std::vector<Index> others;
    std::ranges::set_difference(all, fold, std::back_inserter(others));
    return others;
}

/// Predictions of the rows of a fold by a mean and a process that do not know them.
void predict_fold(const NetworkModelState& state, const MatrixXd& costs,
                  const std::vector<Index>& fold, HeldOut& held, Monitor& monitor) {
    const MeasuredNetworks& rows = state.rows;
    const std::vector<Index> others = others_of(fold, rows.size());
    VectorXd weights = mean_weights(rows, state.weights);
    weights(fold).setZero();
    const PhysicalMean mean = fit_physical_mean(costs, weights, monitor);
    const SumRows sums = relative_sums(rows, mean);
    const VectorXd rest = relative_rest(rows, sums, mean);
    const auto lengths = lengths_of(state.settings);
    const SumComponents parts =
        sum_components(AtomShapes(rows.table.atoms), sums, lengths, monitor);
    MatrixXd covariance = row_covariance(rows, parts, state.weights, state.settings);
    const Cholesky factor = positive_factor(covariance(others, others), monitor);
    MatrixXd cross = covariance(others, fold);
    const VectorXd found = cross.transpose() * factor.solve(VectorXd(rest(others)), monitor);
    factor.solve_lower(cross, monitor);
    const VectorXd own = row_noise(rows, VectorXd::Ones(rows.size()), state.settings);
    const VectorXd believed_noise = row_noise(rows, state.weights, state.settings);
    for (std::size_t k = 0; k < fold.size(); ++k) {
        const Index i = fold[k];
        const auto place = static_cast<Index>(k);
        const double first = 1 - rest[i];
        const double predicted =
            std::max(first + found[place], std::max(least_prediction * first, 1e-9));
        const double variance =
            covariance(i, i) - believed_noise[i] + own[i] - cross.col(place).squaredNorm();
        held.predicted_ms[i] = predicted * rows.latency_ms[i];
        held.deviation_ms[i] = std::sqrt(std::max(variance, own[i])) * rows.latency_ms[i];
    }
}

}  // namespace

NetworkModel fit_network_model(std::span<const NetworkRow> given, std::uint64_t seed,
                               Monitor& monitor) {
    NetworkModelState state;
    state.rows = measured_networks(given);
    const MeasuredNetworks& rows = state.rows;
    state.weights = VectorXd::Ones(rows.size());
    const MatrixXd costs = relative_costs(rows);
    for (int round = 0; round < fit_rounds; ++round) {
        monitor.progress(static_cast<std::size_t>(round), fit_rounds, "fitting");
        state.mean = fit_physical_mean(costs, mean_weights(rows, state.weights), monitor);
        const SumRows sums = relative_sums(rows, state.mean);
        const VectorXd rest = relative_rest(rows, sums, state.mean);
        state.settings =
            best_settings(rows, sums, rest, state.weights, state.settings, seed, monitor);
        const auto lengths = lengths_of(state.settings);
        const SumComponents parts =
            sum_components(AtomShapes(rows.table.atoms), sums, lengths, monitor);
        state.weights =
            believed(row_covariance(rows, parts, VectorXd::Ones(rows.size()), state.settings), rest,
                     VectorXd::Ones(rows.size()), monitor);
    }
    state.mean = fit_physical_mean(costs, mean_weights(rows, state.weights), monitor);
    state.held_out = {VectorXd(rows.size()), VectorXd(rows.size())};
    const std::vector<std::vector<Index>> folds = folds_of(rows);
    for (std::size_t i = 0; i < folds.size(); ++i) {
        monitor.progress(i, folds.size(), "leaving families out");
        predict_fold(state, costs, folds[i], state.held_out, monitor);
    }
    return NetworkModel(std::move(state), monitor);
}

}  // namespace latpred

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
constexpr double doubt_corner = 3;      ///< deviations from which on a row is believed less
constexpr std::size_t most_folds = 30;  ///< families beyond are left out several at a time
constexpr double noise_scale = 0.05;    ///< to which noise of rows is compared

/// What the noise of rows leaves of their weight in the mean.
VectorXd mean_weights(const MeasuredNetworks& rows, const VectorXd& weights) {
    const double known = noise_scale * noise_scale;
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

/// Predictions of the rows of a fold by a model that does not know them.
void predict_fold(const NetworkModelState& state, const MatrixXd& costs,
                  const std::vector<Index>& fold, HeldOut& held, Monitor& monitor) {
    const std::vector<Index> others = others_of(fold, state.rows.size());
    VectorXd weights = mean_weights(state.rows, state.weights);
    weights(fold).setZero();
    const NetworkModel model({picked(state.rows, others),
                              state.weights(others),
                              fit_physical_mean(costs, weights, monitor),
                              state.settings,
                              {}},
                             monitor);
    for (const Index i : fold) {
        std::vector<KernelAtom> atoms;
        std::vector<AtomCount> row = state.rows.table.rows[static_cast<std::size_t>(i)];
        for (AtomCount& one : row) {
            atoms.push_back(state.rows.table.atoms[static_cast<std::size_t>(one.atom)]);
            one.atom = static_cast<int>(atoms.size()) - 1;
        }
        const SumOfKernels sum = model.sum_of(atoms, row, monitor);
        held.predicted_ms[i] = sum.latency_ms;
        held.deviation_ms[i] = sum.deviation_ms;
        held.known_share[i] = sum.known_share;
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
    HeldOut held{VectorXd(rows.size()), VectorXd(rows.size()), VectorXd(rows.size())};
    const std::vector<std::vector<Index>> folds = folds_of(rows);
    for (std::size_t i = 0; i < folds.size(); ++i) {
        monitor.progress(i, folds.size(), "leaving families out");
        predict_fold(state, costs, folds[i], held, monitor);
    }
    state.held_out = std::move(held);
    return NetworkModel(std::move(state), monitor);
}

}  // namespace latpred

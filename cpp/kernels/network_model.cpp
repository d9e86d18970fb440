#include "kernels/network_model.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// A kernel whose deviation fell by less than this share is not known.
constexpr double least_known = 0.15;
/// A prediction holds where kernels that are known take this share of the time.
constexpr double least_known_share = 0.75;
constexpr double least_factor = 0.05;  ///< no kernel takes less than this share of its mean
/// Rows of less weight are slips, which no interval is meant to hold.
constexpr double slip_weight = 0.1;

/// Kernels of one network without repetition.
struct Asked {
    AtomTable table;
    std::vector<std::vector<int>> places;
};

Asked asked(std::span<const std::vector<FusedKernel>> networks) {
    Asked found;
    found.table = atom_table(networks, &found.places);
    return found;
}

/// Prior covariance of each pair of atoms, of one kind at least, weighed: sums x sums.
MatrixXd prior_of_sums(const AtomShapes& shapes, const SumRows& sums,
                       const ProcessSettings& settings, Monitor& monitor) {
    const auto lengths = lengths_of(settings);
    const SumComponents parts = sum_components(shapes, sums, lengths, monitor);
    return settings.kind * settings.kind * parts.kind +
           settings.wide * settings.wide * parts.shape[0] +
           settings.narrow * settings.narrow * parts.shape[1];
}

VectorXd weights_of(const std::vector<AtomCount>& row, Index size) {
    VectorXd weights = VectorXd::Zero(size);
    for (const AtomCount& one : row)
        weights[one.atom] = one.count;
    return weights;
}

}  // namespace

NetworkModel::NetworkModel(NetworkModelState state, Monitor& monitor)
    : state_(std::move(state)), sums_(relative_sums(state_.rows, state_.mean)),
      shapes_(state_.rows.table.atoms) {
    const auto lengths = lengths_of(state_.settings);
    const SumComponents parts = sum_components(shapes_, sums_, lengths, monitor);
    factor_ = positive_factor(row_covariance(state_.rows, parts, state_.weights, state_.settings),
                              monitor);
    alpha_ = factor_.solve(relative_rest(state_.rows, sums_, state_.mean), monitor);
    judge_intervals();
}

/// Scores of rows left out: how many deviations the logarithm is off. Families weigh alike, and one
/// more, unseen, is beyond all.
void NetworkModel::judge_intervals() {
    const HeldOut& held = state_.held_out;
    std::vector<double> members(state_.rows.families.size());
    const auto counts = [&](Index i) { return state_.weights[i] >= slip_weight; };
    for (Index i = 0; i < state_.rows.size(); ++i)
        members[static_cast<std::size_t>(state_.rows.family[static_cast<std::size_t>(i)])] +=
            counts(i);
    const auto families =
        static_cast<double>(std::ranges::count_if(members, [](double count) { return count > 0; }));
    scores_.clear();
    for (Index i = 0; i < state_.rows.size(); ++i) {
        if (!counts(i))
            continue;
        const double error = std::log(state_.rows.latency_ms[i] / held.predicted_ms[i]);
        const double spread = held.deviation_ms[i] / held.predicted_ms[i];
        const double family =
            members[static_cast<std::size_t>(state_.rows.family[static_cast<std::size_t>(i)])];
        scores_.emplace_back(std::abs(error) / spread, 1 / (family * (families + 1)));
    }
    std::ranges::sort(scores_);
    double sum = 0;
    for (auto& [score, share] : scores_)
        share = sum += share;
}

double NetworkModel::reach(double confidence) const {
    if (!(confidence > 0 && confidence < 1)) {
        throw ConfigError(
            message("confidence ", confidence, ", a number above 0 and below 1 expected"));
    }
    if (scores_.empty())
        return 3;
    const auto found = std::ranges::lower_bound(scores_, confidence, {},
                                                [](const auto& one) { return one.second; });
    return found == scores_.end() ? scores_.back().first : found->first;
}

double NetworkModel::noise() const {
    std::vector<double> deviations(state_.rows.deviations.begin(), state_.rows.deviations.end());
    const double typical = median(deviations);
    const ProcessSettings& settings = state_.settings;
    return settings.network * settings.network + settings.family * settings.family +
           typical * typical;
}

NetworkTime NetworkModel::predict(const std::vector<FusedKernel>& kernels, double confidence,
                                  Monitor& monitor) const {
    const double reached = reach(confidence);
    if (kernels.empty())
        throw DataError("a network without kernels, at least 1 expected");
    const Asked question = asked({&kernels, 1});
    const std::vector<KernelAtom>& atoms = question.table.atoms;
    const auto count = static_cast<Index>(atoms.size());
    const AtomShapes shapes(atoms);
    const VectorXd means = state_.mean.ms(atoms);
    MatrixXd cross =
        cross_covariance(shapes_, sums_, shapes, atoms.size(), state_.settings, monitor);
    const VectorXd factors =
        (1 + (cross.transpose() * alpha_).array()).cwiseMax(least_factor).matrix();
    factor_.solve_lower(cross, monitor);
    const double prior = state_.settings.variance();
    const VectorXd left =
        ((prior - cross.colwise().squaredNorm().transpose().array()).cwiseMax(0.0) / prior)
            .sqrt()
            .matrix();
    const VectorXd counted = weights_of(question.table.rows.front(), count).cwiseProduct(means);

    NetworkTime time;
    time.overhead_ms = state_.mean.overhead_ms;
    time.latency_ms = time.overhead_ms;
    double known_ms = time.overhead_ms;
    for (const int place : question.places.front()) {
        const double ms = means[place] * factors[place];
        const double spread = reached * left[place] * std::sqrt(prior) / factors[place];
        time.kernels.push_back(
            {ms, ms * std::exp(-spread), ms * std::exp(spread), 1 - left[place]});
        time.latency_ms += ms;
        known_ms += 1 - left[place] >= least_known ? ms : 0;
    }
    SumRows sum{question.table.rows.front()};
    for (AtomCount& one : sum.front())
        one.count = counted[one.atom];
    const double before = prior_of_sums(shapes, sum, state_.settings, monitor)(0, 0);
    const double process = std::max(before - (cross * counted).squaredNorm(), 0.0);
    time.latency_ms = std::max(time.latency_ms, 1e-12);
    const double relative = std::sqrt(process / (time.latency_ms * time.latency_ms) + noise());
    time.low_ms = time.latency_ms * std::exp(-reached * relative);
    time.high_ms = time.latency_ms * std::exp(reached * relative);
    time.known_share = known_ms / time.latency_ms;
    time.outside = time.known_share < least_known_share;
    return time;
}

MatrixXd NetworkModel::relative_covariance(std::span<const std::vector<FusedKernel>> networks,
                                           Monitor& monitor) const {
    const Asked question = asked(networks);
    const AtomShapes shapes(question.table.atoms);
    const VectorXd means = state_.mean.ms(question.table.atoms);
    const auto size = static_cast<Index>(networks.size());
    SumRows sums = question.table.rows;
    MatrixXd reached(state_.rows.size(), size);
    const MatrixXd cross = cross_covariance(shapes_, sums_, shapes, question.table.atoms.size(),
                                            state_.settings, monitor);
    for (Index i = 0; i < size; ++i) {
        double latency = state_.mean.overhead_ms;
        for (AtomCount& one : sums[static_cast<std::size_t>(i)]) {
            one.count *= means[one.atom];
            const double factor = 1 + cross.col(one.atom).dot(alpha_);
            latency += one.count * std::max(factor, least_factor);
        }
        for (AtomCount& one : sums[static_cast<std::size_t>(i)])
            one.count /= std::max(latency, 1e-12);
        reached.col(i).setZero();
        for (const AtomCount& one : sums[static_cast<std::size_t>(i)])
            reached.col(i) += one.count * cross.col(one.atom);
    }
    factor_.solve_lower(reached, monitor);
    return prior_of_sums(shapes, sums, state_.settings, monitor) -
           gram(reached.transpose(), monitor);
}

}  // namespace latpred

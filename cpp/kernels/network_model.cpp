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
/// Relative deviation of the time to first order of kinds that were never measured.
constexpr double unseen_kind = 0.6;
constexpr double least_latency = 1e-12;  ///< ms
constexpr double least_factor = 0.05;    ///< no kernel takes less than this share of its mean
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
    for (const std::vector<AtomCount>& row : sums_) {
        for (const AtomCount& one : row) {
            const KernelAtom& atom = state_.rows.table.atoms[static_cast<std::size_t>(one.atom)];
            measured_[static_cast<std::size_t>(atom.kind)] = true;
        }
    }
    const auto lengths = lengths_of(state_.settings);
    const SumComponents parts = sum_components(shapes_, sums_, lengths, monitor);
    factor_ = positive_factor(row_covariance(state_.rows, parts, state_.weights, state_.settings),
                              monitor);
    alpha_ = factor_.solve(relative_rest(state_.rows, sums_, state_.mean), monitor);
    if (state_.held_out.predicted_ms.size() == state_.rows.size())
        judge_intervals();
}

/// Scores of rows left out: how many deviations the logarithm is off. Families weigh alike, and one
/// more, unseen, is beyond all. Rows that are outside of the others are judged by nobody.
void NetworkModel::judge_intervals() {
    const HeldOut& held = state_.held_out;
    std::vector<double> members(state_.rows.families.size());
    const bool any = (held.known_share.array() >= least_known_share).any();
    const auto counts = [&](Index i) {
        return state_.weights[i] >= slip_weight &&
               (!any || held.known_share[i] >= least_known_share);
    };
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

SumOfKernels NetworkModel::sum_of(const std::vector<KernelAtom>& atoms,
                                  const std::vector<AtomCount>& row, Monitor& monitor) const {
    const auto count = static_cast<Index>(atoms.size());
    const AtomShapes shapes(atoms);
    const VectorXd means = state_.mean.ms(atoms);
    MatrixXd cross =
        cross_covariance(shapes_, sums_, shapes, atoms.size(), state_.settings, monitor);
    const VectorXd factors =
        (1 + (cross.transpose() * alpha_).array()).cwiseMax(least_factor).matrix();
    factor_.solve_lower(cross, monitor);
    SumOfKernels sum{means.cwiseProduct(factors), VectorXd(count), VectorXd(count), 0, 0, 0};
    double known_ms = state_.mean.overhead_ms;
    std::array<double, fused_kernel_kinds> unseen{};
    SumRows counted{row};
    sum.latency_ms = state_.mean.overhead_ms;
    for (AtomCount& one : counted.front()) {
        const KernelKind kind = atoms[static_cast<std::size_t>(one.atom)].kind;
        const double extra =
            measured_[static_cast<std::size_t>(kind)] ? 0 : unseen_kind * unseen_kind;
        const double prior = state_.settings.variance() + extra;
        const double left = std::max(prior - cross.col(one.atom).squaredNorm(), 0.0);
        sum.prior[one.atom] = std::sqrt(prior);
        sum.left[one.atom] = std::sqrt(left / prior);
        const double ms = one.count * sum.ms[one.atom];
        sum.latency_ms += ms;
        known_ms += 1 - sum.left[one.atom] >= least_known ? ms : 0;
        one.count *= means[one.atom];
        unseen[static_cast<std::size_t>(kind)] += std::sqrt(extra) * one.count;
    }
    sum.latency_ms = std::max(sum.latency_ms, least_latency);
    sum.known_share = known_ms / sum.latency_ms;
    double variance = prior_of_sums(shapes, counted, state_.settings, monitor)(0, 0) -
                      (cross * weights_of(counted.front(), count)).squaredNorm();
    variance = std::max(variance, 0.0) + noise() * sum.latency_ms * sum.latency_ms;
    for (const double deviation : unseen)
        variance += deviation * deviation;
    sum.deviation_ms = std::sqrt(variance);
    return sum;
}

NetworkTime NetworkModel::predict(const std::vector<FusedKernel>& kernels, double confidence,
                                  Monitor& monitor) const {
    const double reached = reach(confidence);
    if (kernels.empty())
        throw DataError("a network without kernels, at least 1 expected");
    const Asked question = asked({&kernels, 1});
    const SumOfKernels sum = sum_of(question.table.atoms, question.table.rows.front(), monitor);
    const double spread = std::exp(reached * sum.deviation_ms / sum.latency_ms);
    NetworkTime time;
    time.overhead_ms = state_.mean.overhead_ms;
    time.latency_ms = sum.latency_ms;
    time.low_ms = sum.latency_ms / spread;
    time.high_ms = sum.latency_ms * spread;
    time.known_share = sum.known_share;
    time.outside = sum.known_share < least_known_share;
    for (const int place : question.places.front()) {
        const double ms = sum.ms[place];
        const double wide = std::exp(reached * sum.left[place] * sum.prior[place]);
        time.kernels.push_back({ms, ms / wide, ms * wide, 1 - sum.left[place]});
    }
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
            one.count /= std::max(latency, least_latency);
        reached.col(i).setZero();
        for (const AtomCount& one : sums[static_cast<std::size_t>(i)])
            reached.col(i) += one.count * cross.col(one.atom);
    }
    factor_.solve_lower(reached, monitor);
    return prior_of_sums(shapes, sums, state_.settings, monitor) -
           gram(reached.transpose(), monitor);
}

}  // namespace latpred

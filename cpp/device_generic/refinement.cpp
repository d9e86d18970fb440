#include "device_generic/refinement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/dense.hpp"
#include "base/statistics.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double sample_bound = 2;
constexpr int sample_rounds = 4;
/// As many samples as expected deviate count in the estimate of the device's noise.
constexpr double prior_samples = 5;
/// Variances of deviations, in units of those of the devices learnt from.
constexpr std::array wider_variances{4.0, 16.0, 64.0};
/// How likely each way of being of another kind is, before samples, beside one of being alike.
constexpr double other_kind = 0.01;

/// A prior covariance of the weights: independent ones, and a factor of the rest.
struct WeightPrior {
    VectorXd variances;  ///< F + 1
    MatrixXd factor;     ///< (F + 1) x r
    double share = 1;    ///< how likely it is, before samples
};

/// A posterior, and how likely each sample is given the others.
struct Posterior {
    VectorXd weights;  ///< F + 1, beside those that the device was expected to have
    double level = 0;
    VectorXd noises;
    double log_likelihood = 0;
    VectorXd left_out;    ///< what samples differ from that
    double surprise = 0;  ///< sum of squared deviations of samples from what the others say
};

Posterior posterior_of(const WeightPrior& prior, double level_variance, const Samples& samples,
                       Monitor& monitor) {
    const Index n = samples.values.size();
    const MatrixXd along = product(samples.features, prior.factor);
    const MatrixXd scaled = in_prior_deviations(samples.features, prior.variances);
    const MatrixXd kernel = (gram(scaled, monitor) + gram(along, monitor)).array() + level_variance;
    Posterior found{{}, 0, samples.noises, 0, VectorXd(n), 0};
    VectorXd alpha;
    VectorXd diagonal;
    for (int round = 0; round < sample_rounds; ++round) {
        monitor.poll();
        MatrixXd covariance = kernel;
        covariance.diagonal() += found.noises;
        const Cholesky factor = positive_factor(covariance, monitor);
        alpha = factor.solve(samples.values, monitor);
        diagonal = factor.inverse_diagonal(monitor);
        if (round + 1 == sample_rounds)
            break;
        const VectorXd residuals = found.noises.cwiseProduct(alpha);
        for (Index i = 0; i < n; ++i)
            found.noises[i] =
                samples.noises[i] /
                huber_weight(residuals[i], sample_bound * std::sqrt(samples.noises[i]));
    }
    const VectorXd pulled = product(samples.features.transpose(), alpha);
    found.weights =
        prior.variances.cwiseProduct(pulled) +
        VectorXd(product(prior.factor, VectorXd(product(prior.factor.transpose(), pulled))));
    found.level = level_variance * alpha.sum();
    for (Index i = 0; i < n; ++i) {
        const double variance = 1 / diagonal[i];
        const double apart = alpha[i] * variance;
        found.log_likelihood -= 0.5 * (std::log(variance) + apart * apart / variance);
        found.left_out[i] = apart;
        found.surprise += apart * apart / variance;
    }
    return found;
}

/// From the level alone to everything, and to deviations beyond those of the devices learnt from:
/// a device of another kind, such as a processor after phones.
std::vector<WeightPrior> priors(const Knowledge& knowledge) {
    const VectorXd all = knowledge.weight_variances();
    const MatrixXd nothing(all.size(), 0);
    VectorXd slope = VectorXd::Zero(all.size());
    slope.tail(1) = all.tail(1);
    std::vector<WeightPrior> found{
        {VectorXd::Zero(all.size()), nothing}, {slope, nothing}, {all, nothing}};
    for (const double wider : wider_variances)
        found.push_back({wider * all, nothing, other_kind});
    if (knowledge.devices.size() > 1) {
        MatrixXd shapes(all.size(), static_cast<Index>(knowledge.devices.size()));
        for (std::size_t d = 0; d < knowledge.devices.size(); ++d)
            shapes.col(static_cast<Index>(d)) = knowledge.devices[d].weights;
        found.push_back({all, shapes / std::sqrt(static_cast<double>(shapes.cols()))});
    }
    return found;
}

}  // namespace

double refine(const Knowledge& knowledge, const Samples& samples, DeviceModel::State& state,
              Monitor& monitor) {
    Samples apart = samples;
    apart.values.array() -= state.level;
    apart.values -= product(samples.features, state.weights);
    std::vector<Posterior> found;
    const std::vector<WeightPrior> shapes = priors(knowledge);
    std::vector<double> levels{state.level_variance};
    if (const double wide = undescribed_level * undescribed_level; wide > levels.front())
        levels.push_back(wide);
    for (const double level : levels)
        for (const WeightPrior& prior : shapes) {
            found.push_back(posterior_of(prior, level, apart, monitor));
            const double share = level > state.level_variance ? other_kind : 1;
            found.back().log_likelihood += std::log(prior.share * share);
        }
    double most = found.front().log_likelihood;
    for (const Posterior& of : found)
        most = std::max(most, of.log_likelihood);
    double sum = 0;
    for (const Posterior& of : found)
        sum += std::exp(of.log_likelihood - most);
    state.noises = VectorXd::Zero(samples.values.size());
    double surprise = prior_samples;
    VectorXd variances = VectorXd::Zero(state.weight_variances.size());
    VectorXd left_out = VectorXd::Zero(samples.values.size());
    double level_variance = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Posterior& of = found[i];
        const double share = std::exp(of.log_likelihood - most) / sum;
        variances += share * shapes[i % shapes.size()].variances;
        level_variance += share * levels[i / shapes.size()];
        state.weights += share * of.weights;
        state.level += share * of.level;
        state.noises += share * of.noises;
        surprise += share * of.surprise;
        left_out += share * of.left_out;
    }
    state.noise_factor = surprise / (prior_samples + static_cast<double>(samples.values.size()));
    state.weight_variances = state.weight_variances.cwiseMax(variances);
    state.level_variance = std::max(state.level_variance, level_variance);
    state.features = samples.features;
    return left_out.cwiseAbs().mean();
}

std::vector<std::size_t> least_variance_design(const MatrixXd& features,
                                               const VectorXd& weight_variances,
                                               double level_variance, double noise,
                                               std::size_t count, Monitor& monitor) {
    MatrixXd covariance =
        gram(in_prior_deviations(features, weight_variances), monitor).array() + level_variance;
    std::vector<std::size_t> chosen;
    std::vector<bool> taken(static_cast<std::size_t>(features.rows()));
    while (chosen.size() < count) {
        monitor.poll();
        Index best = -1;
        double most = -1;
        for (Index j = 0; j < covariance.cols(); ++j) {
            const double gain =
                taken[static_cast<std::size_t>(j)]
                    ? -2
                    : covariance.col(j).squaredNorm() / (std::max(covariance(j, j), 0.0) + noise);
            if (gain > most) {
                most = gain;
                best = j;
            }
        }
        const VectorXd column = covariance.col(best);
        covariance -= column * (column / (column[best] + noise)).transpose();
        taken[static_cast<std::size_t>(best)] = true;
        chosen.push_back(static_cast<std::size_t>(best));
    }
    return chosen;
}

}  // namespace latpred

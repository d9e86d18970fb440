#include "predictors/gaussian_process.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/linear_kernels.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr std::size_t chunk = 256;  ///< rows predicted at a time; bounds the memory
constexpr int process_rounds = 3;
constexpr double normal_90 = 1.6448536269514722;  ///< 90 % of a normal variable lie within

Eigen::VectorXd pick(std::span<const double> values, const std::vector<std::size_t>& rows) {
    Eigen::VectorXd chosen(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        chosen[static_cast<Eigen::Index>(i)] = values[rows[i]];
    return chosen;
}

Architectures slice(const Architectures& archs, std::size_t begin, std::size_t end) {
    std::vector<std::size_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), begin);
    return archs.select(rows);
}

/// Leave-one-out residuals in standard deviations of a row of weight 1 (Rasmussen and Williams,
/// equations 5.10 to 5.12).
Eigen::VectorXd left_out(const Cholesky& factor, const Eigen::VectorXd& values,
                         const Eigen::VectorXd& noises, const Eigen::VectorXd& weights,
                         Monitor& monitor) {
    const Eigen::VectorXd diagonal = factor.inverse_diagonal(monitor);
    const Eigen::VectorXd variances =
        diagonal.cwiseInverse() - noises + noises.cwiseProduct(weights);
    return factor.solve(values, monitor)
        .cwiseQuotient(diagonal)
        .cwiseQuotient(variances.cwiseMax(1e-12).cwiseSqrt());
}

/// Huber's weights of the leave-one-out residuals of all rows, at given variances.
Eigen::VectorXd row_weights(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& values,
                            double noise, double huber, Monitor& monitor) {
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(values.size());
    for (int round = 0; huber > 0 && round < process_rounds; ++round) {
        const Eigen::VectorXd noises = noise * values.cwiseQuotient(weights);
        Eigen::MatrixXd noisy = covariance;
        noisy.diagonal() += noises;
        const Cholesky factor = positive_factor(noisy, monitor);
        weights = huber_weights(left_out(factor, values, noises, weights, monitor), huber, 1e-9);
    }
    return weights;
}

void check_options(const GaussianProcessOptions& options) {
    const auto within = [](int rows, std::size_t most) {
        return rows >= 8 && static_cast<std::size_t>(rows) <= most;
    };
    if (!(options.huber >= 0) || !within(options.evidence_rows, most_evidence_rows) ||
        !within(options.most_rows, most_process_rows)) {
        throw ConfigError(message(
            "gaussian-process: huber ", options.huber, ", evidence_rows ", options.evidence_rows,
            ", most_rows ", options.most_rows, "; huber >= 0, 8 to ", most_evidence_rows,
            " evidence_rows, 8 to ", most_process_rows, " most_rows expected"));
    }
}

}  // namespace

GaussianProcess::GaussianProcess(const SpacePtr& space, ModelInfo info, GaussianProcessState state,
                                 Monitor& monitor)
    : Predictor(space, std::move(info)), state_(std::move(state)),
      kernel_(space, state_.source, state_.rows), rows_(kernel_.rows_of(state_.rows)) {
    if (static_cast<std::size_t>(state_.variances.size()) != kernel_.names().size())
        throw CorruptionError("damaged file: one variance for each layer of the kernel expected");
    kernel_.set_variances(state_.variances);
    kernel_.weigh(rows_);
    factorise(kernel_.covariance(rows_, rows_, monitor), monitor);
}

GaussianProcess::GaussianProcess(const SpacePtr& space, ModelInfo info, GaussianProcessState state,
                                 GpKernel kernel, KernelRows rows, Eigen::MatrixXd covariance,
                                 Monitor& monitor)
    : Predictor(space, std::move(info)), state_(std::move(state)), kernel_(std::move(kernel)),
      rows_(std::move(rows)) {
    factorise(std::move(covariance), monitor);
}

void GaussianProcess::factorise(Eigen::MatrixXd covariance, Monitor& monitor) {
    covariance.diagonal() += noise_of_rows();
    factor_ = positive_factor(covariance, monitor);
    alpha_ = factor_.solve(state_.values, monitor);
    const Eigen::VectorXd weights =
        state_.mean * (kernel_.weight_covariance() * (rows_.blocks.transpose() * alpha_));
    table_.emplace(*space(), layout_terms(kernel_.layout(),
                                          std::span(weights.data(),
                                                    static_cast<std::size_t>(weights.size()))));
}

Eigen::VectorXd GaussianProcess::noise_of_rows() const {
    return state_.noise * state_.values.cwiseQuotient(state_.weights);
}

void GaussianProcess::predict(const Architectures& archs, std::span<double> values) const {
    table_->evaluate(archs.genes(), values);
    for (std::size_t begin = 0; begin < archs.size(); begin += chunk) {
        Monitor::current().poll();
        const std::size_t end = std::min(begin + chunk, archs.size());
        const KernelRows rows = kernel_.curved_rows_of(slice(archs, begin, end));
        const Eigen::MatrixXd curved = kernel_.curved(rows_, rows);
        std::array<double, chunk> sums;
        weigh_columns(curved.data(), static_cast<std::size_t>(curved.rows()), end - begin,
                      alpha_.data(), sums.data());
        for (std::size_t i = begin; i < end; ++i)
            values[i] += state_.mean * sums[i - begin];
    }
}

void GaussianProcess::deviations_at(const Architectures& archs, std::span<const double> means,
                                    std::span<double> values, Monitor& monitor) const {
    for (std::size_t begin = 0; begin < archs.size(); begin += chunk) {
        const std::size_t end = std::min(begin + chunk, archs.size());
        const KernelRows rows = kernel_.rows_of(slice(archs, begin, end));
        Eigen::MatrixXd reached = kernel_.covariance(rows_, rows, monitor);
        factor_.solve_lower(reached, monitor);
        const Eigen::VectorXd prior = kernel_.diagonal(rows);
        for (std::size_t i = begin; i < end; ++i) {
            const auto row = static_cast<Eigen::Index>(i - begin);
            const double known = reached.col(row).squaredNorm();
            const double noise = state_.noise * std::max(means[i] / state_.mean, 0.0);
            const double process = std::max(prior[row] - known, 0.0);
            values[i] = state_.mean * state_.spread * std::sqrt(process + noise);
        }
    }
}

void GaussianProcess::deviations(const Architectures& archs, std::span<double> values,
                                 Monitor& monitor) const {
    constexpr std::size_t between_polls = 4096;
    for (std::size_t begin = 0; begin < archs.size(); begin += between_polls) {
        const std::size_t end = std::min(begin + between_polls, archs.size());
        const Architectures part = slice(archs, begin, end);
        std::vector<double> means(part.size());
        evaluate(part, means);
        monitor.poll();
        deviations_at(part, means, values.subspan(begin, part.size()), monitor);
    }
}

void GaussianProcess::spreads(const Architectures& archs, std::span<const double> predicted,
                              std::span<double> spreads) const {
    constexpr double least = 1e-9;
    deviations_at(archs, predicted, spreads, Monitor::none());
    for (double& spread : spreads)
        spread = std::max(spread, least);
}

void GaussianProcess::store(TensorFile& file) const {
    const auto genes = state_.rows.genes();
    file.put("genes", std::vector<std::int32_t>(genes.begin(), genes.end()));
    const auto put = [&](const char* name, const Eigen::VectorXd& values) {
        file.put(name, std::span(values.data(), static_cast<std::size_t>(values.size())));
    };
    put("values", state_.values);
    put("weights", state_.weights);
    put("variances", state_.variances);
    put("noise_mean_spread", Eigen::Vector3d(state_.noise, state_.mean, state_.spread));
    if (state_.source)
        put_model(file, "source", *state_.source);
}

double leave_one_out_spread(const GaussianProcess& process, Monitor& monitor) {
    const GaussianProcessState& state = process.state_;
    if (state.values.size() < 8)
        return 1;
    const Eigen::VectorXd sizes =
        left_out(process.factor_, state.values, process.noise_of_rows(), state.weights, monitor)
            .cwiseAbs();
    std::vector<double> sorted(sizes.begin(), sizes.end());
    std::sort(sorted.begin(), sorted.end());
    const auto place = static_cast<std::size_t>(0.9 * static_cast<double>(sorted.size() - 1));
    return std::max(sorted[place], 1e-9) / normal_90;
}

std::shared_ptr<GaussianProcess> fit_gaussian_process(const Architectures& archs,
                                                      std::span<const double> values,
                                                      std::shared_ptr<const Predictor> source,
                                                      const GaussianProcessOptions& options,
                                                      ModelInfo info, Monitor& monitor) {
    check_options(options);
    const TrainingRows all = canonical_rows(archs, values);
    const auto most = static_cast<std::size_t>(options.most_rows);
    const std::vector<std::size_t> kept = thinned(all.archs, most);
    GaussianProcessState state{
        all.archs.select(kept), pick(all.values, kept), {}, {}, 0, 1, 1, source};
    state.mean = state.values.mean();
    state.values /= state.mean;
    GpKernel kernel(archs.space_ptr(), std::move(source), state.rows);

    const std::vector<std::size_t> learnt =
        thinned(state.rows, static_cast<std::size_t>(options.evidence_rows));
    const Eigen::VectorXd chosen =
        pick({state.values.data(), static_cast<std::size_t>(state.values.size())}, learnt);
    const VarianceComponents found =
        variance_components(kernel.layers(kernel.rows_of(state.rows.select(learnt)), monitor),
                            chosen, chosen, {.huber = options.huber}, monitor);
    state.variances = found.variances;
    state.noise = found.noise;
    kernel.set_variances(state.variances);
    KernelRows rows = kernel.rows_of(state.rows);
    kernel.weigh(rows);
    Eigen::MatrixXd covariance = kernel.covariance(rows, rows, monitor);
    state.weights = learnt.size() == kept.size() ? found.weights
                                                 : row_weights(covariance, state.values,
                                                               state.noise, options.huber, monitor);
    const std::shared_ptr<GaussianProcess> process(
        new GaussianProcess(archs.space_ptr(), std::move(info), std::move(state), std::move(kernel),
                            std::move(rows), std::move(covariance), monitor));
    process->set_spread(leave_one_out_spread(*process, monitor));
    return process;
}

}  // namespace latpred

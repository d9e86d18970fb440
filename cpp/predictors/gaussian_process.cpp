#include "predictors/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/model_file.hpp"
#include "predictors/positive_factor.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr std::size_t chunk = 512;  ///< rows predicted at a time; bounds the memory
constexpr int robust_rounds = 3;
constexpr double normal_90 = 1.6448536269514722;  ///< 90 % of a normal variable lie within

std::vector<std::size_t> evenly(std::size_t count, int most) {
    const std::size_t kept = std::min(count, static_cast<std::size_t>(most));
    std::vector<std::size_t> rows(kept);
    for (std::size_t i = 0; i < kept; ++i)
        rows[i] = i * count / kept;
    return rows;
}

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
Eigen::VectorXd left_out(const Eigen::MatrixXd& inverse, const Eigen::VectorXd& values,
                         const Eigen::VectorXd& noises, const Eigen::VectorXd& weights) {
    const Eigen::VectorXd variances =
        inverse.diagonal().cwiseInverse() - noises + noises.cwiseProduct(weights);
    return (inverse * values)
        .cwiseQuotient(inverse.diagonal())
        .cwiseQuotient(variances.cwiseMax(1e-12).cwiseSqrt());
}

/// Huber's weights of the leave-one-out residuals of all rows, at given variances.
Eigen::VectorXd row_weights(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& values,
                            double noise, double huber) {
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(values.size());
    for (int round = 0; huber > 0 && round < robust_rounds; ++round) {
        const Eigen::VectorXd noises = noise * values.cwiseQuotient(weights);
        Eigen::MatrixXd inverse = covariance;
        inverse.diagonal() += noises;
        inverse =
            positive_factor(inverse).solve(Eigen::MatrixXd::Identity(values.size(), values.size()));
        weights = huber_weights(left_out(inverse, values, noises, weights), huber, 1e-9);
    }
    return weights;
}

void check_options(const GaussianProcessOptions& options) {
    if (!(options.huber >= 0) || options.evidence_rows < 8 || options.most_rows < 8) {
        throw ConfigError(message("gaussian-process: huber ", options.huber, ", evidence_rows ",
                                  options.evidence_rows, ", most_rows ", options.most_rows,
                                  "; huber >= 0, both numbers of rows >= 8 expected"));
    }
}

}  // namespace

GaussianProcess::GaussianProcess(const SpacePtr& space, ModelInfo info, GaussianProcessState state)
    : Predictor(space, std::move(info)), state_(std::move(state)),
      kernel_(space, state_.source, state_.rows), rows_(kernel_.rows_of(state_.rows)) {
    if (static_cast<std::size_t>(state_.variances.size()) != kernel_.names().size())
        throw CorruptionError("damaged file: one variance for each layer of the kernel expected");
    kernel_.set_variances(state_.variances);
    Eigen::MatrixXd covariance = kernel_.covariance(rows_, rows_);
    covariance.diagonal() += noise_of_rows();
    factor_ = positive_factor(covariance);
    alpha_ = factor_.solve(state_.values);
    const Eigen::VectorXd weights =
        state_.mean * (kernel_.weight_covariance() * (rows_.blocks.transpose() * alpha_));
    table_.emplace(
        *space, layout_terms(kernel_.layout(),
                             std::span(weights.data(), static_cast<std::size_t>(weights.size()))));
}

Eigen::VectorXd GaussianProcess::noise_of_rows() const {
    return state_.noise * state_.values.cwiseQuotient(state_.weights);
}

void GaussianProcess::predict(const Architectures& archs, std::span<double> values) const {
    table_->evaluate(archs.genes(), values);
    for (std::size_t begin = 0; begin < archs.size(); begin += chunk) {
        const std::size_t end = std::min(begin + chunk, archs.size());
        const KernelRows rows = kernel_.rows_of(slice(archs, begin, end));
        const Eigen::VectorXd curved = state_.mean * (kernel_.curved(rows, rows_) * alpha_);
        for (std::size_t i = begin; i < end; ++i)
            values[i] += curved[static_cast<Eigen::Index>(i - begin)];
    }
}

void GaussianProcess::deviations(const Architectures& archs, std::span<double> values) const {
    std::vector<double> means(archs.size());
    evaluate(archs, means);
    for (std::size_t begin = 0; begin < archs.size(); begin += chunk) {
        const std::size_t end = std::min(begin + chunk, archs.size());
        const KernelRows rows = kernel_.rows_of(slice(archs, begin, end));
        Eigen::MatrixXd reached = kernel_.covariance(rows_, rows);
        factor_.matrixL().solveInPlace(reached);
        const Eigen::VectorXd left =
            kernel_.diagonal(rows) - reached.colwise().squaredNorm().transpose();
        for (std::size_t i = begin; i < end; ++i) {
            const double noise = state_.noise * std::max(means[i] / state_.mean, 0.0);
            const double process = std::max(left[static_cast<Eigen::Index>(i - begin)], 0.0);
            values[i] = state_.mean * state_.spread * std::sqrt(process + noise);
        }
    }
}

void GaussianProcess::spreads(const Architectures& archs, std::span<const double> /*predicted*/,
                              std::span<double> spreads) const {
    constexpr double least = 1e-9;
    deviations(archs, spreads);
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
    if (state_.source) {
        const std::string bytes = predictor_bytes(*state_.source);
        file.tensors["source"] = {"U8", {static_cast<std::int64_t>(bytes.size())}, bytes};
    }
}

double leave_one_out_spread(const GaussianProcess& process) {
    const GaussianProcessState& state = process.state_;
    if (state.values.size() < 8)
        return 1;
    const Eigen::MatrixXd inverse =
        process.factor_.solve(Eigen::MatrixXd::Identity(state.values.size(), state.values.size()));
    const Eigen::VectorXd sizes =
        left_out(inverse, state.values, process.noise_of_rows(), state.weights).cwiseAbs();
    std::vector<double> sorted(sizes.begin(), sizes.end());
    std::sort(sorted.begin(), sorted.end());
    const auto place = static_cast<std::size_t>(0.9 * static_cast<double>(sorted.size() - 1));
    return std::max(sorted[place], 1e-9) / normal_90;
}

std::shared_ptr<GaussianProcess> fit_gaussian_process(const Architectures& archs,
                                                      std::span<const double> values,
                                                      std::shared_ptr<const Predictor> source,
                                                      const GaussianProcessOptions& options,
                                                      ModelInfo info) {
    check_options(options);
    check_training_values(archs, values);
    const std::vector<std::size_t> kept = evenly(archs.size(), options.most_rows);
    GaussianProcessState state{archs.select(kept), pick(values, kept), {}, {}, 0, 1, 1, source};
    state.mean = state.values.mean();
    state.values /= state.mean;
    GpKernel kernel(archs.space_ptr(), std::move(source), state.rows);

    const std::vector<std::size_t> learnt = evenly(kept.size(), options.evidence_rows);
    const Eigen::VectorXd chosen =
        pick({state.values.data(), static_cast<std::size_t>(state.values.size())}, learnt);
    const VarianceComponents found =
        variance_components(kernel.layers(kernel.rows_of(state.rows.select(learnt))), chosen,
                            chosen, {.huber = options.huber});
    state.variances = found.variances;
    state.noise = found.noise;
    if (learnt.size() == kept.size()) {
        state.weights = found.weights;
    } else {
        kernel.set_variances(state.variances);
        const KernelRows rows = kernel.rows_of(state.rows);
        state.weights =
            row_weights(kernel.covariance(rows, rows), state.values, state.noise, options.huber);
    }
    auto process =
        std::make_shared<GaussianProcess>(archs.space_ptr(), std::move(info), std::move(state));
    process->set_spread(leave_one_out_spread(*process));
    return process;
}

}  // namespace latpred

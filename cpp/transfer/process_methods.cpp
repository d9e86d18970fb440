// Methods that are Gaussian processes with linear kernels.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense.hpp"
#include "base/dense_solvers.hpp"
#include "metrics/correlation.hpp"
#include "predictors/core_fitters.hpp"
#include "transfer/evidence.hpp"
#include "transfer/few_shot_methods.hpp"
#include "transfer/few_shot_model.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Prior variances of the groups, as FeatureGroup counts them, then of the sources; 0: left out.
using Variances = std::array<double, kernel_groups>;

//                                 macs  costs stages choices pairs  sources
constexpr Variances everything = {0.5, 0.2, 0.2, 0.1, 0.05, 0.5};
constexpr Variances costs_only = {1.0, 0.2, 0.2, 0.1, 0.0, 0.0};
constexpr Variances sources_only = {0.0, 0.0, 0.0, 0.0, 0.0, 1.0};
constexpr Variances macs_only = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0};
constexpr Variances macs_and_sources = {1.0, 0.0, 0.0, 0.0, 0.0, 0.3};
constexpr Variances costs_and_sources = {0.0, 0.2, 0.0, 0.0, 0.0, 0.8};

/// The evidence's weight in averages: its square root, as it counts the samples as if the process
/// were true.
constexpr double tempering = 0.5;

/// Share of the additive model of the samples alone in "best". Developed, as the variances above,
/// on random halves of the 27 devices of HELP's tables, with NASFLAT's tasks in view.
constexpr double additive_share = 1.0 / 3;

/// Strength of the ridge methods, as published for the anchor ridge (see few_shot_transfer's
/// baselines): of features of deviation 1 and choices of deviation .3.
constexpr double ridge_strength = 20;
constexpr double choice_deviation = 0.3;

FewShotState state_of(const SourceModels& sources, const Rows& rows, MatrixXd directions) {
    const VectorXd values = Eigen::Map<const VectorXd>(
        rows.values.data(), static_cast<Eigen::Index>(rows.values.size()));
    return {sources.basis, std::move(directions), sources.basis.of(rows.archs), values, {}};
}

VectorXd standardised_values(const VectorXd& values) {
    const VectorXd centred = values.array() - values.mean();
    const double deviation = std::sqrt(centred.squaredNorm() / static_cast<double>(values.size()));
    return deviation > 1e-12 * values.mean() ? VectorXd(centred / deviation)
                                             : VectorXd::Zero(values.size());
}

std::vector<MatrixXd> kernels_of(const FewShotState& state) {
    return group_kernels(state.basis, state.directions, state.features, state.features);
}

/// Whether the group has a feature that varies.
bool is_there(const FewShotState& state, std::size_t group) {
    return group == source_group ? state.directions.cols() > 0
                                 : state.basis.varying(static_cast<FeatureGroup>(group)) > 0;
}

/// Variances by evidence; the share is not normalised yet: the tempered logarithm.
LinearProcess by_evidence(const FewShotState& state, const std::vector<MatrixXd>& kernels,
                          const Variances& prior) {
    std::vector<MatrixXd> used;
    std::vector<std::size_t> groups;
    EvidencePrior about;
    for (std::size_t g = 0; g < kernel_groups; ++g) {
        if (prior[g] > 0 && is_there(state, g)) {
            used.push_back(kernels[g]);
            groups.push_back(g);
            about.variances.push_back(prior[g]);
        }
    }
    const Evidence found = maximal_evidence(used, standardised_values(state.values), about);
    LinearProcess process;
    for (std::size_t i = 0; i < groups.size(); ++i)
        process.variances[groups[i]] = found.variances[i];
    process.noise = found.noise;
    process.share = tempering * found.log_likelihood;
    return process;
}

PredictorPtr averaged_processes(FewShotState state, const Rows& rows, const std::string& method,
                                std::initializer_list<Variances> priors,
                                const FitContext& context) {
    const std::vector<MatrixXd> kernels = kernels_of(state);
    for (const Variances& prior : priors) {
        context.watch().poll();
        state.processes.push_back(by_evidence(state, kernels, prior));
    }
    double most = -std::numeric_limits<double>::infinity();
    for (const LinearProcess& process : state.processes)
        most = std::max(most, process.share);
    double sum = 0;
    for (LinearProcess& process : state.processes)
        sum += process.share = std::exp(process.share - most);
    for (LinearProcess& process : state.processes)
        process.share /= sum;
    ModelInfo info = fitted_info("few-shot", rows.archs, rows.values, "");
    info.notes["method"] = method;
    return std::make_shared<FewShotModel>(std::move(info), std::move(state));
}

/// A process whose variances are given: ridge regression.
PredictorPtr fixed_process(FewShotState state, const Rows& rows, const std::string& method,
                           const Variances& variances, double noise) {
    LinearProcess process{variances, noise, 1};
    for (std::size_t g = 0; g < kernel_groups; ++g) {
        if (!is_there(state, g))
            process.variances[g] = 0;
    }
    state.processes.push_back(process);
    ModelInfo info = fitted_info("few-shot", rows.archs, rows.values, "");
    info.notes["method"] = method;
    return std::make_shared<FewShotModel>(std::move(info), std::move(state));
}

double varying(const SourceModels& sources, FeatureGroup group) {
    return static_cast<double>(sources.basis.varying(group));
}

/// Mean squared error of the samples, each predicted without itself, in units of their variance.
double left_out_error(const FewShotState& state, const LinearProcess& process) {
    const std::vector<MatrixXd> kernels = kernels_of(state);
    MatrixXd sum = MatrixXd::Constant(state.values.size(), state.values.size(), level_variance);
    for (std::size_t g = 0; g < kernel_groups; ++g)
        sum += process.variances[g] * kernels[g];
    sum.diagonal().array() += process.noise;
    const MatrixXd inverse = positive_factor(sum).inverse();
    const VectorXd alpha = product(inverse, standardised_values(state.values));
    return alpha.cwiseQuotient(inverse.diagonal()).squaredNorm();
}

/// F x k: the directions in which the source models' values vary most, of deviation 1 each.
MatrixXd principal_directions(const SourceModels& sources, Eigen::Index count) {
    MatrixXd directions = sources.directions();
    if (directions.cols() == 0)
        return directions;
    const MatrixXd values = product(sources.basis.of(sources.pool), directions);
    const SymmetricEigen eigen = symmetric_eigen(
        gram(values.transpose()) / static_cast<double>(std::max<Eigen::Index>(values.rows(), 1)));
    MatrixXd found(directions.rows(), std::min(count, directions.cols()));
    for (Eigen::Index k = 0; k < found.cols(); ++k) {
        const Eigen::Index at = eigen.values.size() - 1 - k;
        found.col(k) = product(directions, eigen.vectors.col(at).eval()) /
                       std::sqrt(std::max(eigen.values[at], 1e-12));
    }
    return found;
}

}  // namespace

PredictorPtr adapt_best(const SourceModels& sources, const Rows& rows, const FitContext& context) {
    FewShotState state = state_of(sources, rows, sources.directions());
    state.companion = AdditiveFitter().fit(rows, context);
    state.companion_share = additive_share;
    return averaged_processes(
        std::move(state), rows, "best",
        {everything, costs_only, sources_only, macs_only, macs_and_sources, costs_and_sources},
        context);
}

PredictorPtr adapt_flops(const SourceModels& sources, const Rows& rows, const FitContext& context) {
    return averaged_processes(state_of(sources, rows, sources.directions()), rows, "flops",
                              {macs_only}, context);
}

PredictorPtr adapt_cost_process(const SourceModels& sources, const Rows& rows,
                                const FitContext& context) {
    return averaged_processes(state_of(sources, rows, sources.directions()), rows, "cost-gp",
                              {costs_only}, context);
}

PredictorPtr adapt_nearest(const SourceModels& sources, const Rows& rows,
                           const FitContext& context) {
    FewShotState state = state_of(sources, rows, sources.directions());
    const MatrixXd values = product(state.features, state.directions);
    Eigen::Index nearest = 0;
    double most = -2;
    for (Eigen::Index d = 0; d < values.cols(); ++d) {
        const VectorXd of_source = values.col(d);
        const double rho = spearman({of_source.data(), rows.values.size()}, rows.values);
        if (rho > most) {
            most = rho;
            nearest = d;
        }
    }
    if (state.directions.cols() > 0)
        state.directions = state.directions.col(nearest).eval();
    return averaged_processes(std::move(state), rows, "nearest-device", {sources_only}, context);
}

PredictorPtr adapt_anchor(const SourceModels& sources, const Rows& rows,
                          const FitContext& /*context*/) {
    FewShotState state = state_of(sources, rows, sources.directions());
    const auto devices = static_cast<double>(state.directions.cols());
    const Variances variances = {
        0, varying(sources, FeatureGroup::costs),
        0, choice_deviation * choice_deviation * varying(sources, FeatureGroup::choices),
        0, devices};
    return fixed_process(std::move(state), rows, "anchor-ridge", variances, ridge_strength);
}

PredictorPtr adapt_cost_ridge(const SourceModels& sources, const Rows& rows,
                              const FitContext& /*context*/) {
    const Variances variances = {0,
                                 varying(sources, FeatureGroup::costs),
                                 varying(sources, FeatureGroup::stages),
                                 choice_deviation * choice_deviation *
                                     varying(sources, FeatureGroup::choices),
                                 0,
                                 0};
    return fixed_process(state_of(sources, rows, sources.directions()), rows, "cost-ridge",
                         variances, ridge_strength);
}

PredictorPtr adapt_low_rank(const SourceModels& sources, const Rows& rows,
                            const FitContext& context) {
    constexpr double factor_variance = 1;
    constexpr double factor_noise = 0.05;
    FewShotState best = state_of(sources, rows, principal_directions(sources, 1));
    double least = std::numeric_limits<double>::infinity();
    for (const Eigen::Index factors : {1, 2, 4}) {
        context.watch().poll();
        FewShotState state = state_of(sources, rows, principal_directions(sources, factors));
        LinearProcess process{{}, factor_noise, 1};
        // Each factor has the same variance, whatever their number.
        process.variances[source_group] =
            factor_variance * static_cast<double>(state.directions.cols());
        if (const double error = left_out_error(state, process); error < least) {
            least = error;
            best = std::move(state);
        }
    }
    Variances variances{};
    variances[source_group] = factor_variance * static_cast<double>(best.directions.cols());
    return fixed_process(std::move(best), rows, "low-rank", variances, factor_noise);
}

}  // namespace latpred

#include "predictors/hardware_additive.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/ridge.hpp"
#include "predictors/training_rows.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr int device_rounds = 8;
constexpr double exact_devices = 1e-7;
constexpr Eigen::Index most_unknowns = 6000;
constexpr int most_judged = 2000;  ///< unknowns of a cross-validation

/// All that the rows give the fit.
struct HardwareProblem {
    const HardwareRows& rows;
    Eigen::VectorXd y;             ///< relative to the device's mean
    Eigen::MatrixXd correlations;  ///< of devices
    BlockLayout layout;
    FeatureMatrix x;  ///< N x F
    std::vector<PriorComponent> components;

    [[nodiscard]] Eigen::Index device(Eigen::Index row) const {
        return static_cast<Eigen::Index>(rows.device[static_cast<std::size_t>(row)]);
    }

    /// Rows x F D: the features as those of the row's device.
    [[nodiscard]] FeatureMatrix joint(const std::vector<Eigen::Index>& chosen) const {
        std::vector<Eigen::Triplet<double>> entries;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const Eigen::Index own = x.cols() * device(chosen[i]);
            for (FeatureMatrix::InnerIterator f(x, chosen[i]); f; ++f)
                entries.emplace_back(static_cast<Eigen::Index>(i), own + f.col(), f.value());
        }
        FeatureMatrix all(static_cast<Eigen::Index>(chosen.size()), x.cols() * devices());
        all.setFromTriplets(entries.begin(), entries.end());
        return all;
    }

    [[nodiscard]] Eigen::Index devices() const { return correlations.rows(); }
};

/// Prior covariances of the F weights that devices share, and of a device's deviations from them.
struct Prior {
    PriorMap shared_factor, own_factor;
    Eigen::MatrixXd shared, own;

    Prior(const HardwareProblem& problem, const Eigen::VectorXd& variances) {
        const auto layers = static_cast<Eigen::Index>(problem.components.size());
        shared_factor = prior_factor(problem.components, variances.head(layers));
        own_factor = prior_factor(problem.components, variances.tail(layers));
        shared = prior_covariance(problem.components, variances.head(layers));
        own = prior_covariance(problem.components, variances.tail(layers));
    }

    /// Of the weights of devices with these correlations: factor x factorᵀ is their covariance.
    [[nodiscard]] PriorMap factor(const Eigen::MatrixXd& correlations) const {
        const Eigen::MatrixXd roots = correlations.llt().matrixL();
        const Eigen::Index devices = correlations.rows();
        std::vector<Eigen::Triplet<double>> entries;
        const auto put = [&entries](const PriorMap& map, Eigen::Index row, Eigen::Index column,
                                    double scale) {
            for (Eigen::Index k = 0; k < map.cols(); ++k) {
                for (PriorMap::InnerIterator entry(map, k); entry; ++entry)
                    entries.emplace_back(row + entry.row(), column + k, scale * entry.value());
            }
        };
        for (Eigen::Index a = 0; a < devices; ++a) {
            put(shared_factor, a * shared.rows(), 0, 1);
            for (Eigen::Index b = 0; b <= a; ++b)
                put(own_factor, a * shared.rows(), shared_factor.cols() + b * own_factor.cols(),
                    roots(a, b));
        }
        PriorMap all(devices * shared.rows(), shared_factor.cols() + devices * own_factor.cols());
        all.setFromTriplets(entries.begin(), entries.end());
        return all;
    }

    /// Of all devices' weights, shared ones and deviations in one.
    [[nodiscard]] Eigen::MatrixXd joint(const Eigen::MatrixXd& correlations) const {
        const Eigen::Index f = shared.cols();
        const Eigen::Index devices = correlations.rows();
        Eigen::MatrixXd all(f * devices, f * devices);
        for (Eigen::Index a = 0; a < devices; ++a) {
            for (Eigen::Index b = 0; b < devices; ++b)
                all.block(f * a, f * b, f, f) = shared + correlations(a, b) * own;
        }
        return all;
    }

    /// What of the devices' `weights` (F x D) is shared, in expectation.
    [[nodiscard]] HardwareWeights split(const Eigen::MatrixXd& covariance,
                                        const Eigen::MatrixXd& weights) const {
        Eigen::MatrixXd lifted = covariance;
        lifted.diagonal().array() += 1e-12 * covariance.diagonal().mean();
        const Eigen::VectorXd dual =
            positive_factor(lifted).solve(Eigen::VectorXd(weights.reshaped()));
        HardwareWeights result;
        result.shared = shared * dual.reshaped(weights.rows(), weights.cols()).rowwise().sum();
        result.deviations = weights.colwise() - result.shared;
        return result;
    }
};

/// Rows of every device alike, thinned.
std::vector<Eigen::Index> evidence(const HardwareProblem& problem, int most) {
    const auto devices = static_cast<std::size_t>(problem.devices());
    std::vector<std::vector<Eigen::Index>> of(devices);
    for (Eigen::Index i = 0; i < problem.y.size(); ++i)
        of[static_cast<std::size_t>(problem.device(i))].push_back(i);
    std::vector<Eigen::Index> chosen;
    const std::size_t share = std::max<std::size_t>(static_cast<std::size_t>(most) / devices, 8);
    for (const std::vector<Eigen::Index>& rows : of) {
        const std::vector<std::size_t> numbers(rows.begin(), rows.end());
        for (const std::size_t i : thinned(problem.rows.archs.select(numbers), share))
            chosen.push_back(rows[i]);
    }
    return chosen;
}

VarianceComponents learn_device_variances(const HardwareProblem& problem,
                                          const HardwareAdditiveOptions& options) {
    const std::vector<Eigen::Index> rows = evidence(problem, options.evidence_rows);
    const auto n = static_cast<Eigen::Index>(rows.size());
    Eigen::MatrixXd chosen(n, problem.x.cols());
    Eigen::VectorXd values(n);
    Eigen::MatrixXd alike(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Eigen::Index row = rows[static_cast<std::size_t>(i)];
        chosen.row(i) = problem.x.row(row);
        values[i] = problem.y[row];
        for (Eigen::Index j = 0; j < n; ++j) {
            alike(i, j) = problem.correlations(problem.device(row),
                                               problem.device(rows[static_cast<std::size_t>(j)]));
        }
    }
    std::vector<Eigen::MatrixXd> kernels;
    for (const PriorComponent& component : problem.components) {
        const Eigen::MatrixXd z = chosen * component.map;
        kernels.emplace_back(z * z.transpose());
    }
    for (std::size_t i = 0; i < problem.components.size(); ++i)
        kernels.emplace_back(kernels[i].cwiseProduct(alike));
    return variance_components(kernels, values, values, {.huber = options.huber});
}

/// Precisions of the rows: Huber's weights and noise of each device by itself, the quietest device
/// with its rows' own weights.
Eigen::VectorXd precisions(const HardwareProblem& problem, const Eigen::VectorXd& residuals,
                           double huber) {
    const Eigen::Index devices = problem.devices();
    Eigen::VectorXd deviations(devices);
    for (Eigen::Index d = 0; d < devices; ++d) {
        std::vector<double> own;
        for (Eigen::Index i = 0; i < residuals.size(); ++i) {
            if (problem.device(i) == d)
                own.push_back(residuals[i]);
        }
        deviations[d] = std::max(robust_scale(own), exact_devices);
    }
    const double least = deviations.minCoeff();
    Eigen::VectorXd weights(residuals.size());
    for (Eigen::Index i = 0; i < residuals.size(); ++i) {
        const double own = deviations[problem.device(i)];
        const double weight = huber > 0 ? huber_weight(residuals[i] / own, huber) : 1;
        weights[i] = std::pow(least / own, 2) * weight;
    }
    return weights;
}

/// Weights of the rows by Huber's loss, and the solution at the variances' own strength.
Eigen::VectorXd robust_solution(const HardwareProblem& problem, const StructuredRidge& ridge,
                                const FeatureMatrix& x, double noise, double huber,
                                Eigen::VectorXd& weights, Monitor& monitor) {
    const Eigen::VectorXd base = problem.y.cwiseInverse();
    weights = Eigen::VectorXd::Ones(problem.y.size());
    Eigen::VectorXd solution = ridge.solve(noise, base);
    for (int round = 0; round < device_rounds; ++round) {
        monitor.poll();
        const Eigen::VectorXd residuals = (problem.y - x * solution).cwiseProduct(base.cwiseSqrt());
        const Eigen::VectorXd next = precisions(problem, residuals, huber);
        const bool settled = (next - weights).cwiseAbs().maxCoeff() < 0.02;
        weights = next;
        if (settled)
            break;
        solution = ridge.solve(noise, base.cwiseProduct(weights));
    }
    return solution;
}

/// The strength by cross-validation on values with clipped residuals: outliers would ask for more
/// of it. It is one for all devices, so of many the first ones are judged.
double strength(const HardwareProblem& problem, const Prior& prior, const Eigen::VectorXd& clipped,
                const Eigen::VectorXd& precision, Monitor& monitor) {
    const Eigen::Index devices =
        std::min(problem.devices(), std::max<Eigen::Index>(most_judged / problem.x.cols(), 2));
    std::vector<Eigen::Index> rows;
    for (Eigen::Index i = 0; i < clipped.size(); ++i) {
        if (problem.device(i) < devices)
            rows.push_back(i);
    }
    const FeatureMatrix x = problem.joint(rows).leftCols(problem.x.cols() * devices);
    const PriorMap factor = prior.factor(problem.correlations.topLeftCorner(devices, devices));
    return DenseRidge(x, factor, precision(rows), monitor).choose(clipped(rows));
}

HardwareWeights solve_devices(const HardwareProblem& problem,
                              const HardwareAdditiveOptions& options, Monitor& monitor) {
    const VarianceComponents learnt = learn_device_variances(problem, options);
    monitor.poll();
    std::vector<Eigen::Index> all(static_cast<std::size_t>(problem.y.size()));
    std::iota(all.begin(), all.end(), Eigen::Index{0});
    const FeatureMatrix x = problem.joint(all);
    const Prior prior(problem, learnt.variances);
    const Eigen::MatrixXd covariance = prior.joint(problem.correlations);
    const PriorMap factor = prior.factor(problem.correlations);
    const StructuredRidge ridge(x, factor, problem.y);
    Eigen::VectorXd weights;
    Eigen::VectorXd solution =
        robust_solution(problem, ridge, x, learnt.noise, options.huber, weights, monitor);
    if (problem.y.size() > options.evidence_rows) {
        const Eigen::VectorXd fitted = x * solution;
        const Eigen::VectorXd clipped =
            fitted + weights.cwiseMin(1).cwiseProduct(problem.y - fitted);
        const Eigen::VectorXd precision = problem.y.cwiseInverse().cwiseProduct(weights);
        solution = ridge.solve(strength(problem, prior, clipped, precision, monitor), precision);
    }
    monitor.poll();
    return prior.split(covariance, solution.reshaped(problem.x.cols(), problem.devices()));
}

}  // namespace

std::shared_ptr<HardwareAdditive> fit_hardware_additive(const HardwareTable& table,
                                                        const HardwareRows& rows,
                                                        const HardwareAdditiveOptions& options,
                                                        ModelInfo info, Monitor& monitor) {
    const HardwareRows known = canonical(rows);
    const Eigen::VectorXd means = check_rows(table, known);
    if (!(options.huber >= 0) || options.evidence_rows < 16)
        throw ConfigError("hardware: huber >= 0 and evidence_rows >= 16 expected");
    const Architectures& archs = known.archs;
    BlockLayout layout(archs.space());
    FeatureMatrix x = feature_matrix(layout, archs);
    HardwareProblem problem{known,
                            Eigen::VectorXd(x.rows()),
                            device_correlations(HardwareScaling(table).known()),
                            layout,
                            x,
                            prior_components(layout, scaling_rows(archs, layout))};
    for (Eigen::Index i = 0; i < problem.y.size(); ++i)
        problem.y[i] = known.latency[static_cast<std::size_t>(i)] / means[problem.device(i)];
    const Eigen::Index unknowns = x.cols() * means.size();
    if (std::min(unknowns, x.rows()) > most_unknowns) {
        throw ConfigError(message("hardware: ", means.size(), " devices with ", x.cols(),
                                  " features each are too many for the additive form with ",
                                  x.rows(), " rows (", most_unknowns,
                                  " rows or unknowns at most): take the form 'mlp' or fewer rows"));
    }
    return std::make_shared<HardwareAdditive>(archs.space_ptr(), std::move(info), table, means,
                                              solve_devices(problem, options, monitor));
}

}  // namespace latpred

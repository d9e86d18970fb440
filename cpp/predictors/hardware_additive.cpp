#include "predictors/hardware_additive.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/ridge.hpp"
#include "predictors/table_predictor.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr int robust_rounds = 8;
constexpr double exact = 1e-7;
constexpr Eigen::Index most_unknowns = 6000;

/// All that the rows give the fit.
struct Problem {
    const HardwareRows& rows;
    Eigen::VectorXd y;             ///< relative to the device's mean
    Eigen::MatrixXd correlations;  ///< of devices
    BlockLayout layout;
    FeatureMatrix x;  ///< N x F
    std::vector<PriorComponent> components;

    [[nodiscard]] Eigen::Index device(Eigen::Index row) const {
        return static_cast<Eigen::Index>(rows.device[static_cast<std::size_t>(row)]);
    }

    /// N x F (1 + D): the features as shared ones and as those of the row's device.
    [[nodiscard]] FeatureMatrix joint() const {
        std::vector<Eigen::Triplet<double>> entries;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const Eigen::Index own = x.cols() * (1 + device(i));
            for (FeatureMatrix::InnerIterator f(x, i); f; ++f) {
                entries.emplace_back(i, f.col(), f.value());
                entries.emplace_back(i, own + f.col(), f.value());
            }
        }
        FeatureMatrix all(x.rows(), x.cols() * (1 + correlations.rows()));
        all.setFromTriplets(entries.begin(), entries.end());
        return all;
    }

    /// Prior covariance of those weights.
    [[nodiscard]] Eigen::MatrixXd covariance(const Eigen::VectorXd& variances) const {
        const auto layers = static_cast<Eigen::Index>(components.size());
        const Eigen::MatrixXd shared = prior_covariance(components, variances.head(layers));
        const Eigen::MatrixXd own = prior_covariance(components, variances.tail(layers));
        const Eigen::Index f = x.cols();
        const Eigen::Index devices = correlations.rows();
        Eigen::MatrixXd all = Eigen::MatrixXd::Zero(f * (1 + devices), f * (1 + devices));
        all.topLeftCorner(f, f) = shared;
        for (Eigen::Index a = 0; a < devices; ++a) {
            for (Eigen::Index b = 0; b < devices; ++b)
                all.block(f * (1 + a), f * (1 + b), f, f) = correlations(a, b) * own;
        }
        return all;
    }
};

/// Evenly spaced rows of every device alike.
std::vector<Eigen::Index> evidence(const Problem& problem, int most) {
    const auto devices = static_cast<std::size_t>(problem.correlations.rows());
    std::vector<std::vector<Eigen::Index>> of(devices);
    for (Eigen::Index i = 0; i < problem.y.size(); ++i)
        of[static_cast<std::size_t>(problem.device(i))].push_back(i);
    std::vector<Eigen::Index> chosen;
    const std::size_t share = std::max<std::size_t>(static_cast<std::size_t>(most) / devices, 8);
    for (const std::vector<Eigen::Index>& rows : of) {
        const std::size_t count = std::min(rows.size(), share);
        for (std::size_t i = 0; i < count; ++i)
            chosen.push_back(rows[i * rows.size() / count]);
    }
    return chosen;
}

VarianceComponents learn_variances(const Problem& problem, const HardwareAdditiveOptions& options) {
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

double robust_deviation(std::vector<double> sizes) {
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    return std::max(1.4826 * *middle, exact);
}

/// Precisions of the rows: Huber's weights and noise of each device by itself, the quietest device
/// with its rows' own weights.
Eigen::VectorXd precisions(const Problem& problem, const Eigen::VectorXd& residuals, double huber) {
    const Eigen::Index devices = problem.correlations.rows();
    Eigen::VectorXd deviations(devices);
    for (Eigen::Index d = 0; d < devices; ++d) {
        std::vector<double> sizes;
        for (Eigen::Index i = 0; i < residuals.size(); ++i) {
            if (problem.device(i) == d)
                sizes.push_back(std::abs(residuals[i]));
        }
        deviations[d] = robust_deviation(std::move(sizes));
    }
    const double least = deviations.minCoeff();
    Eigen::VectorXd weights(residuals.size());
    for (Eigen::Index i = 0; i < residuals.size(); ++i) {
        const double own = deviations[problem.device(i)];
        const double size = std::abs(residuals[i]) / own;
        weights[i] = std::pow(least / own, 2) * (huber > 0 && size > huber ? huber / size : 1);
    }
    return weights;
}

Eigen::VectorXd solve(const Problem& problem, const HardwareAdditiveOptions& options) {
    const VarianceComponents learnt = learn_variances(problem, options);
    const FeatureMatrix x = problem.joint();
    const Eigen::MatrixXd covariance = problem.covariance(learnt.variances);
    const StructuredRidge ridge(x, covariance, problem.y);
    const Eigen::VectorXd base = problem.y.cwiseInverse();
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(problem.y.size());
    Eigen::VectorXd solution = ridge.solve(learnt.noise, base);
    for (int round = 0; round < robust_rounds; ++round) {
        const Eigen::VectorXd fitted = x * solution;
        const Eigen::VectorXd residuals = (problem.y - fitted).cwiseProduct(base.cwiseSqrt());
        const Eigen::VectorXd next = precisions(problem, residuals, options.huber);
        const bool settled = (next - weights).cwiseAbs().maxCoeff() < 0.02;
        weights = next;
        if (settled)
            break;
        solution = ridge.solve(learnt.noise, base.cwiseProduct(weights));
    }
    if (problem.y.size() <= options.evidence_rows)
        return solution;
    // The strength again on values with clipped residuals: outliers would ask for more of it.
    const Eigen::VectorXd fitted = x * solution;
    const Eigen::VectorXd clipped = fitted + weights.cwiseMin(1).cwiseProduct(problem.y - fitted);
    const double lambda = ridge.cross_validate(clipped, base.cwiseProduct(weights)).lambda;
    return ridge.solve(lambda, base.cwiseProduct(weights));
}

}  // namespace

Eigen::MatrixXd device_correlations(const Eigen::MatrixXd& scaled) {
    const double parameters = std::max<double>(static_cast<double>(scaled.cols()), 1);
    Eigen::MatrixXd all = 0.5 / parameters * scaled * scaled.transpose();
    all.diagonal().array() += 0.5;
    return all;
}

std::shared_ptr<HardwareAdditive> fit_hardware_additive(const HardwareTable& table,
                                                        const HardwareRows& rows,
                                                        const HardwareAdditiveOptions& options,
                                                        ModelInfo info) {
    const Eigen::VectorXd means = check_rows(table, rows);
    if (!(options.huber >= 0) || options.evidence_rows < 16)
        throw ConfigError("hardware: huber >= 0 and evidence_rows >= 16 expected");
    const Architectures& archs = rows.archs;
    BlockLayout layout(archs.space());
    FeatureMatrix x = feature_matrix(layout, archs);
    Problem problem{rows,
                    Eigen::VectorXd(x.rows()),
                    device_correlations(HardwareScaling(table).known()),
                    layout,
                    x,
                    prior_components(archs.space(), layout, scaling_rows(archs, layout))};
    for (Eigen::Index i = 0; i < problem.y.size(); ++i)
        problem.y[i] = rows.latency[static_cast<std::size_t>(i)] / means[problem.device(i)];
    const Eigen::Index unknowns = x.cols() * (1 + means.size());
    if (std::min(unknowns, x.rows()) > most_unknowns) {
        throw ConfigError(message("hardware: ", means.size(), " devices with ", x.cols(),
                                  " features each are too many for the additive form with ",
                                  x.rows(), " rows (", most_unknowns,
                                  " rows or unknowns at most): take the form 'mlp' or fewer rows"));
    }
    const Eigen::VectorXd solution = solve(problem, options);
    HardwareWeights weights{
        solution.head(x.cols()),
        Eigen::Map<const Eigen::MatrixXd>(solution.data() + x.cols(), x.cols(), means.size())};
    return std::make_shared<HardwareAdditive>(archs.space_ptr(), std::move(info), table, means,
                                              std::move(weights));
}

HardwareAdditive::HardwareAdditive(const SpacePtr& space, ModelInfo info, HardwareTable table,
                                   Eigen::VectorXd means, HardwareWeights weights)
    : HardwareModel(space, std::move(info), std::move(table), std::move(means)),
      weights_(std::move(weights)) {}

PredictorPtr HardwareAdditive::table_of(const Eigen::VectorXd& weights, ModelInfo info) const {
    info.kind = "additive";
    return std::make_shared<TablePredictor>(
        space(), std::move(info),
        layout_terms(BlockLayout(*space()),
                     std::span(weights.data(), static_cast<std::size_t>(weights.size()))));
}

PredictorPtr HardwareAdditive::known(std::size_t device, ModelInfo info) const {
    const auto d = static_cast<Eigen::Index>(device);
    return table_of(means()[d] * (weights_.shared + weights_.deviations.col(d)), std::move(info));
}

PredictorPtr HardwareAdditive::unknown(const Eigen::VectorXd& scaled, double mean,
                                       ModelInfo info) const {
    const Eigen::MatrixXd& z = scaling().known();
    const Eigen::VectorXd near =
        0.5 / std::max<double>(static_cast<double>(z.cols()), 1) * z * scaled;
    const Eigen::VectorXd shares = device_correlations(z).ldlt().solve(near);
    return table_of(mean * (weights_.shared + weights_.deviations * shares), std::move(info));
}

void HardwareAdditive::store(TensorFile& file) const {
    HardwareModel::store(file);
    const auto put = [&](const char* name, const double* data, Eigen::Index size) {
        file.put(name, std::span(data, static_cast<std::size_t>(size)));
    };
    put("shared", weights_.shared.data(), weights_.shared.size());
    put("deviations", weights_.deviations.data(), weights_.deviations.size());
}

PredictorPtr load_hardware_additive(const SpacePtr& space, const ModelInfo& info,
                                    const TensorFile& file) {
    HardwareTable table = hardware_table_of(file);
    Eigen::VectorXd means = hardware_means_of(file);
    const std::vector<double> shared = file.doubles("shared");
    const std::vector<double> own = file.doubles("deviations");
    const auto finite = [](double value) { return std::isfinite(value); };
    const std::size_t features = static_cast<std::size_t>(BlockLayout(*space).features());
    const std::size_t devices = table.devices.size();
    if (shared.size() != features || own.size() != features * devices ||
        static_cast<std::size_t>(means.size()) != devices || !std::ranges::all_of(shared, finite) ||
        !std::ranges::all_of(own, finite))
        throw CorruptionError("damaged file: weights of each device expected");
    const auto rows = static_cast<Eigen::Index>(features);
    HardwareWeights weights{
        Eigen::Map<const Eigen::VectorXd>(shared.data(), rows),
        Eigen::Map<const Eigen::MatrixXd>(own.data(), rows, static_cast<Eigen::Index>(devices))};
    return std::make_shared<HardwareAdditive>(space, info, std::move(table), std::move(means),
                                              std::move(weights));
}

}  // namespace latpred

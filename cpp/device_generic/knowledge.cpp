#include "device_generic/knowledge.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"
#include "device_generic/device_side.hpp"
#include "device_generic/factor_model.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t least_networks = 10;
/// Where devices do not tell how far a network's own deviation carries over to others, and half of
/// the answer where they do: few devices tell little.
constexpr double prior_share = 0.7;
constexpr double most_deviation = 0.5;  ///< of a network from the model, in the logarithm
/// Of a device's deviations where there is no other device to learn it from: 2 % for each group of
/// features, 5 % noise.
constexpr double default_group = 0.02 * 0.02;
constexpr double default_noise = 0.05 * 0.05;
/// Share of a device's variance about the common factors that each group is first taken for.
constexpr double group_share = 0.1;
constexpr std::size_t most_shape_rows = 500;  ///< of a device, from which its shape is learnt
constexpr double most_residual = 3;           ///< robust deviations

VectorXd clipped(const VectorXd& values, double bound) {
    return values.cwiseMax(-bound).cwiseMin(bound);
}

/// Row numbers of finite values.
std::vector<std::size_t> finite_rows(const VectorXd& values) {
    std::vector<std::size_t> rows;
    for (Index i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i]))
            rows.push_back(static_cast<std::size_t>(i));
    }
    return rows;
}

std::vector<Index> indices(const std::vector<std::size_t>& rows) {
    return {rows.begin(), rows.end()};
}

PredictorPtr fit_common(const FactorTable& table, const VectorXd& means, const FitterPtr& fitter,
                        const FitContext& context) {
    std::vector<std::size_t> rows;
    std::vector<double> values;
    for (const std::size_t row : finite_rows(means)) {
        if (std::ranges::binary_search(table.audited, row))
            continue;
        rows.push_back(row);
        values.push_back(std::exp(means[static_cast<Index>(row)]));
    }
    if (rows.size() < least_networks)
        throw DataError(message("device-generic model: ", rows.size(),
                                " different networks known, at least ", least_networks,
                                " expected"));
    const Architectures archs = table.networks.select(rows);
    return (fitter ? fitter : std::make_shared<FactorFitter>())->fit({archs, values}, context);
}

VectorXd logarithms_of(const Predictor& model, const Architectures& archs) {
    VectorXd values(static_cast<Index>(archs.size()));
    model.evaluate(archs, {values.data(), archs.size()});
    for (const double value : values) {
        if (!(value > 0 && std::isfinite(value)))
            throw DataError(
                message("device-generic model: the model of architecture factors gives ", value,
                        " for a network; a number above 0 expected"));
    }
    return values.array().log();
}

/// The share of a network's deviation on other devices that a device shows too: the slope of a
/// regression over all devices, halfway from `prior_share`.
double believed_share(const FactorTable& table, const VectorXd& offsets, const VectorXd& model) {
    double along = 0;
    double square = 0;
    for (Index d = 0; d < table.devices.cols(); ++d) {
        const VectorXd others = table.means(offsets, d) - model;
        const VectorXd own = (table.devices.col(d) - model).array() - offsets[d];
        for (Index i = 0; i < own.size(); ++i) {
            if (!std::isfinite(own[i]) || !std::isfinite(others[i]))
                continue;
            const double x = std::clamp(others[i], -most_deviation, most_deviation);
            along += x * std::clamp(own[i], -most_deviation, most_deviation);
            square += x * x;
        }
    }
    if (!(square > 0))
        return prior_share;
    return (prior_share + std::clamp(along / square, 0.0, 1.0)) / 2;
}

double unseen_deviation(const Predictor& model, const VectorXd& residuals) {
    const auto note = model.info().notes.find(left_out_note);
    if (note != model.info().notes.end()) {
        if (const auto given = parse_number<double>(note->second);
            given && *given >= 0 && std::isfinite(*given))
            return *given;
    }
    return robust_scale(numbers_of(residuals));
}

CommonFactors common_factors(const FactorTable& table, const VectorXd& offsets,
                             const FitterPtr& fitter, const FitContext& context) {
    const VectorXd means = table.means(offsets);
    CommonFactors common{fit_common(table, means, fitter, context), {}, 0, 0};
    const VectorXd model = logarithms_of(*common.model, table.networks);
    common.share = believed_share(table, offsets, model);
    std::vector<double> residuals;
    for (const std::size_t row : finite_rows(means)) {
        const auto i = static_cast<Index>(row);
        const double apart = std::clamp(means[i] - model[i], -most_deviation, most_deviation);
        residuals.push_back(apart);
        common.corrections[table.networks.space().hash(table.networks.row(row))] =
            common.share * apart;
    }
    common.deviation = unseen_deviation(
        *common.model,
        Eigen::Map<const VectorXd>(residuals.data(), static_cast<Index>(residuals.size())));
    return common;
}

/// A device's residuals about the common factors, and what they follow from.
struct Residuals {
    std::vector<std::size_t> rows;  ///< of the table
    MatrixXd features;              ///< n x (F + 1)
    VectorXd values;                ///< n, without offset and slope, drawn in
    double offset = 0;
    double slope = 0;
};

Residuals residuals_of(const FactorTable& table, Index device, const VectorXd& common,
                       const MatrixXd& features) {
    const VectorXd logarithms = table.devices.col(device);
    Residuals found{finite_rows(logarithms), {}, {}, 0, 0};
    std::vector<std::size_t> taken = thinned(table.networks.select(found.rows), most_shape_rows);
    for (std::size_t& row : taken)
        row = found.rows[row];
    found.rows = std::move(taken);
    const std::vector<Index> rows = indices(found.rows);
    found.features = features(rows, Eigen::all);
    VectorXd apart = (logarithms - common)(rows);
    found.offset = median(numbers_of(apart));
    apart.array() -= found.offset;
    apart = clipped(apart, most_residual * robust_scale(numbers_of(apart)));
    const VectorXd slope = found.features.rightCols(1);
    // A ridge as strong as twenty rows of a slope of deviation 1 keeps it near 0.
    found.slope = slope.dot(apart) / (slope.squaredNorm() + 1e-9 +
                                      20 * slope.squaredNorm() /
                                          static_cast<double>(std::max<Index>(slope.size(), 1)));
    found.values = apart - found.slope * slope;
    return found;
}

/// Geometric means over the devices.
GroupVariances mean_variances(const std::vector<GroupVariances>& found, const WideBasis& basis) {
    GroupVariances mean{VectorXd::Zero(wide_groups), default_noise};
    for (std::size_t g = 0; g < wide_groups; ++g)
        mean.groups[static_cast<Index>(g)] = basis.varying(g) > 0 ? default_group : 0;
    if (found.empty())
        return mean;
    VectorXd logs = VectorXd::Zero(wide_groups + 1);
    for (const GroupVariances& of : found) {
        for (Index g = 0; g < logs.size(); ++g)
            logs[g] += std::log(std::max(g < of.groups.size() ? of.groups[g] : of.noise, 1e-12)) /
                       static_cast<double>(found.size());
    }
    for (Index g = 0; g < mean.groups.size(); ++g)
        mean.groups[g] = mean.groups[g] > 0 ? std::exp(logs[g]) : 0;
    mean.noise = std::exp(logs[logs.size() - 1]);
    return mean;
}

void learn_deviations(const FactorTable& table, const MatrixXd& features, const VectorXd& common,
                      Knowledge& knowledge, const FitContext& context) {
    std::vector<GroupVariances> variances;
    std::vector<Residuals> all;
    const VectorXd shares = VectorXd::Constant(wide_groups, group_share);
    for (Index d = 0; d < table.devices.cols(); ++d) {
        context.watch().poll();
        all.push_back(residuals_of(table, d, common, features));
        const Residuals& of = all.back();
        const MatrixXd basis_features = of.features.leftCols(features.cols() - 1);
        const GroupRows rows{knowledge.basis, basis_features, of.values};
        variances.push_back(
            group_variances(rows, evidence_rows(table.networks.select(of.rows)), shares));
    }
    knowledge.variances = mean_variances(variances, knowledge.basis);
    for (std::size_t d = 0; d < all.size(); ++d) {
        const MatrixXd basis_features = all[d].features.leftCols(features.cols() - 1);
        const GroupFit fit = fit_group_process({knowledge.basis, basis_features, all[d].values},
                                               variances[d], context.watch());
        Deviation deviation{VectorXd(features.cols()), all[d].offset};
        deviation.weights << fit.weights, all[d].slope;
        knowledge.devices.push_back(std::move(deviation));
    }
}

}  // namespace

CommonFactors::Values CommonFactors::of(const Architectures& archs) const {
    Values found{logarithms_of(*model, archs), std::vector<bool>(archs.size())};
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto place = corrections.find(archs.space().hash(archs.row(i)));
        if (place != corrections.end()) {
            found.known[i] = true;
            found.logarithms[static_cast<Index>(i)] += place->second;
        }
    }
    return found;
}

MatrixXd deviation_features(const WideBasis& basis, double centre, const Architectures& archs,
                            const VectorXd& common_logarithms) {
    MatrixXd found(static_cast<Index>(archs.size()), basis.columns() + 1);
    found.leftCols(basis.columns()) = basis.of(archs);
    found.rightCols(1) = common_logarithms.array() - centre;
    return found;
}

MatrixXd Knowledge::features(const Architectures& archs, const VectorXd& common_logarithms) const {
    return deviation_features(basis, centre, archs, common_logarithms);
}

VectorXd Knowledge::weight_variances() const {
    VectorXd found(basis.columns() + 1);
    found << basis.spread(variances.groups), slope_deviation * slope_deviation;
    return found;
}

std::shared_ptr<const Knowledge> learn(const Rows* factors, std::span<const DescribedRows> devices,
                                       const FitterPtr& fitter, const FitContext& context) {
    auto known = std::make_shared<const FactorTable>(factor_table(factors, devices, context));
    const FactorTable& table = *known;
    const VectorXd offsets = table.offsets();
    auto found =
        std::make_shared<Knowledge>(Knowledge{common_factors(table, offsets, fitter, context),
                                              WideBasis::fitted(table.networks),
                                              0,
                                              factors != nullptr,
                                              {VectorXd::Zero(wide_groups), default_noise},
                                              {},
                                              {},
                                              {},
                                              std::move(known)});
    const VectorXd common = found->common.of(table.networks).logarithms;
    found->centre = common.mean();
    learn_deviations(table, found->features(table.networks, common), common, *found, context);
    judge_device_side(table, common, *found);
    return found;
}

}  // namespace latpred

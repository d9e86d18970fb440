#include "device_generic/factor_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"
#include "predictors/batches.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_rows = 3000;
/// No value is predicted below this share of the least one of the fit.
constexpr double least_share = 0.1;

struct FactorMethod {
    const char* name;
    double power;
    /// Of costs counts stages choices pairs ordinals siblings products.
    std::array<double, wide_groups> shares;
};

constexpr std::array<FactorMethod, 3> methods{{
    {"structure", 0.5, {1, 1, 1, 1, 1, 1, 1, 1}},
    {"cost-gp", 0.5, {1, 0, 1, 0, 0, 0, 0, 0}},
    {"pairwise-ridge", 0, {0, 0, 0, 1, 1, 0, 0, 0}},
}};

const FactorMethod& find_method(const std::string& name) {
    for (const FactorMethod& method : methods) {
        if (name == method.name)
            return method;
    }
    throw ConfigError(message("architecture factors: method ", excerpt(name), ": one of ",
                              join(factor_methods()), " expected",
                              did_you_mean(name, factor_methods())));
}

double to_scale(double value, double power) {
    return power > 0 ? std::pow(value, power) : std::log(value);
}

double from_scale(double value, double power) {
    return power > 0 ? std::pow(std::max(value, 0.0), 1 / power) : std::exp(value);
}

/// Of the logarithm of a value that the fit has not seen.
double left_out_deviation(const GroupFit& fit, const VectorXd& y, double power) {
    const VectorXd relative =
        power > 0 ? VectorXd(fit.left_out.array() / (power * y.array())) : fit.left_out;
    return robust_scale({relative.data(), static_cast<std::size_t>(relative.size())});
}

}  // namespace

std::vector<std::string> factor_methods() {
    std::vector<std::string> names;
    for (const FactorMethod& method : methods)
        names.emplace_back(method.name);
    return names;
}

std::vector<Eigen::Index> evidence_rows(const Architectures& archs, std::size_t most) {
    const std::vector<std::size_t> rows = thinned(archs, most);
    return {rows.begin(), rows.end()};
}

FactorModel::FactorModel(ModelInfo info, State state)
    : Predictor(state.basis.space(), std::move(info)), state_(std::move(state)) {
    if (state_.weights.size() != state_.basis.columns() || !state_.weights.allFinite() ||
        !std::isfinite(state_.level) || !(state_.power >= 0 && state_.power <= 1) ||
        !(state_.least > 0 && std::isfinite(state_.least)))
        throw CorruptionError("architecture factors: finite tensors of fitting sizes expected");
}

void FactorModel::predict(const Architectures& archs, std::span<double> values) const {
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const VectorXd sums = product(state_.basis.of(part), state_.weights);
        for (Eigen::Index i = 0; i < sums.size(); ++i) {
            const double value = from_scale(state_.level + sums[i], state_.power);
            values[begin + static_cast<std::size_t>(i)] = std::max(value, state_.least);
        }
    });
}

void FactorModel::store(TensorFile& file) const {
    file.put("factor.means", numbers_of(state_.basis.scaling().means));
    file.put("factor.scales", numbers_of(state_.basis.scaling().scales));
    file.put("factor.weights", numbers_of(state_.weights));
    file.put("factor.numbers", std::vector<double>{state_.level, state_.power, state_.least});
}

std::shared_ptr<Predictor> load_factor_model(const SpacePtr& space, const ModelInfo& info,
                                             const TensorFile& file) {
    const VectorXd numbers = vector_of(file, "factor.numbers");
    if (numbers.size() != 3)
        throw CorruptionError("damaged file: factor.numbers: three numbers expected");
    WideBasis basis(space, vector_of(file, "factor.means"), vector_of(file, "factor.scales"));
    return std::make_shared<FactorModel>(
        info, FactorModel::State{std::move(basis), vector_of(file, "factor.weights"), numbers[0],
                                 numbers[1], numbers[2]});
}

FactorFitter::FactorFitter(std::string method) : method_(std::move(method)) {
    static_cast<void>(find_method(method_));
}

std::string FactorFitter::settings() const {
    return FitterSettings(kind()).put("method", method_).text();
}

PredictorPtr FactorFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    const FactorMethod& method = find_method(method_);
    const std::vector<std::size_t> taken = thinned(rows.archs, most_rows);
    const RowSelection used(rows, taken);
    // In units of the mean, so that neither sums nor variances depend on the unit of the values.
    double mean = 0;
    for (const double value : used.values)
        mean += value / static_cast<double>(used.values.size());
    VectorXd y(static_cast<Eigen::Index>(used.values.size()));
    for (Eigen::Index i = 0; i < y.size(); ++i) {
        const double value = used.values[static_cast<std::size_t>(i)];
        if (!(value > 0))
            throw DataError(message("architecture factors: row ", i, ": ", value,
                                    ", a number above 0 expected"));
        y[i] = to_scale(value / mean, method.power);
    }
    WideBasis basis = WideBasis::fitted(used.archs);
    const MatrixXd features = basis.of(used.archs);
    const GroupRows given{basis, features, y};
    const VectorXd shares = Eigen::Map<const VectorXd>(method.shares.data(), wide_groups);
    const GroupFit fit = fit_group_process(
        given, group_variances(given, evidence_rows(used.archs), shares), context.watch());
    const double unit = method.power > 0 ? std::pow(mean, method.power) : 1;
    const double shift = method.power > 0 ? 0 : std::log(mean);
    ModelInfo info = fitted_info("architecture-factor", rows.archs, rows.values, "");
    info.notes["method"] = method_;
    info.notes[left_out_note] = message(left_out_deviation(fit, y, method.power));
    const double least = least_share * *std::ranges::min_element(used.values);
    return std::make_shared<FactorModel>(
        std::move(info), FactorModel::State{std::move(basis), unit * fit.weights,
                                            unit * fit.level + shift, method.power, least});
}

}  // namespace latpred

#include "device_generic/device_generic.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"
#include "device_generic/companion.hpp"
#include "device_generic/device_side.hpp"
#include "device_generic/refinement.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_samples = 1500;
constexpr std::size_t most_candidates = 1000;
constexpr double mean_absolute_share = 0.8;  ///< mean absolute error over standard deviation
constexpr double suspicious = 1.5;

/// Samples that contradict the description by more than three deviations of devices say alone how
/// fast the device is.
void believe_samples(const Samples& samples, DeviceModel::State& state) {
    const VectorXd apart =
        (samples.values - product(samples.features, state.weights)).array() - state.level;
    const double middle = median(numbers_of(apart));
    if (std::abs(middle) > 3 * std::sqrt(state.level_variance + samples.noises.mean())) {
        state.level += middle;
        state.level_variance = undescribed_level * undescribed_level;
    }
}

}  // namespace

DeviceGeneric::DeviceGeneric(std::shared_ptr<const Knowledge> knowledge)
    : knowledge_(std::move(knowledge)) {}

DeviceModel::State DeviceGeneric::state_of(const std::optional<DeviceNumbers>& numbers) const {
    const Knowledge& k = *knowledge_;
    Deviation deviation{VectorXd::Zero(k.basis.columns() + 1), 0};
    double level = 0;
    if (numbers) {
        deviation = expected_deviation(k, *numbers);
        level = std::log(ms_per_factor(*numbers)) + deviation.offset;
    }
    const double prior = numbers ? offset_variance(k) : undescribed_level * undescribed_level;
    return {k.common,
            k.basis,
            k.centre,
            std::move(deviation.weights),
            level,
            k.variances.noise,
            prior,
            1,
            k.weight_variances(),
            MatrixXd(0, k.basis.columns() + 1),
            VectorXd(0)};
}

PredictorPtr DeviceGeneric::described(const DeviceNumbers& numbers) const {
    check(numbers, "");
    const bool any =
        std::ranges::any_of(knowledge_->table->numbers, [](const auto& n) { return !!n; });
    if (!any && !knowledge_->published)
        throw ConfigError("device-generic model: no device it learnt from is described, so a "
                          "description says nothing; samples of the device expected");
    ModelInfo info;
    info.kind = "device-generic";
    info.notes["samples"] = "0";
    return std::make_shared<DeviceModel>(std::move(info), state_of(numbers));
}

PredictorPtr DeviceGeneric::zero_shot(std::span<const double> parameters) const {
    if (parameters.size() != 4)
        throw ConfigError(message("device-generic model: ", parameters.size(),
                                  " parameters; GHz, dispatch width, MB of cache and GB/s "
                                  "expected"));
    return described({parameters[0], parameters[1], parameters[2], parameters[3]});
}

PredictorPtr DeviceGeneric::adapt(const Rows& target, const FitContext& context) const {
    return adapt_to(target, std::nullopt, context);
}

PredictorPtr DeviceGeneric::adapt_to(const Rows& target,
                                     const std::optional<DeviceNumbers>& numbers,
                                     const FitContext& context) const {
    if (numbers)
        check(*numbers, "");
    const Knowledge& k = *knowledge_;
    const Architectures archs = as_rows_of(k.space(), target.archs, "device-generic model");
    const TrainingRows canonical = canonical_rows(archs, target.values);
    const std::vector<std::size_t> taken = thinned(canonical.archs, most_samples);
    const Architectures networks = canonical.archs.select(taken);
    const std::vector<double> latencies = select_values(canonical.values, taken);
    const CommonFactors::Values common = k.common.of(networks);
    DeviceModel::State state = state_of(numbers);
    Samples samples{k.features(networks, common.logarithms), VectorXd(common.logarithms.size()),
                    VectorXd(common.logarithms.size())};
    for (Index i = 0; i < samples.values.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (!(latencies[at] > 0))
            throw DataError(message("device-generic model: row ", canonical.given[taken[at]],
                                    " is ", latencies[at], " ms, a number above 0 expected"));
        samples.values[i] = std::log(latencies[at]) - common.logarithms[i];
        samples.noises[i] = state.noise + (common.known[at] ? 0 : std::pow(k.common.deviation, 2));
    }
    if (!numbers)  // in whatever unit
        state.level = median(numbers_of(samples.values));
    else
        believe_samples(samples, state);
    const double error = refine(k, samples, state, context.watch());
    // Errors as those on other devices need no other model, which takes its time.
    const double usual = mean_absolute_share * samples.noises.cwiseSqrt().mean();
    if (error > suspicious * usual)
        state.companion = preferred_companion(k, {networks, latencies}, error, context);
    ModelInfo info = fitted_info("device-generic", canonical.archs, canonical.values, "");
    info.notes["samples"] = message(latencies.size());
    return std::make_shared<DeviceModel>(std::move(info), std::move(state));
}

std::vector<std::size_t> DeviceGeneric::choose(const Architectures& candidates, std::size_t count,
                                               const FitContext& context) const {
    const Knowledge& k = *knowledge_;
    const Architectures archs = as_rows_of(k.space(), candidates, "device-generic model");
    const std::vector<std::size_t> different = distinct_rows(archs);
    if (count == 0)
        throw ConfigError("device-generic model: 0 networks to choose; at least one expected");
    if (different.size() < count)
        throw DataError(message("device-generic model: ", different.size(),
                                " different networks, at least ", count, " expected"));
    const Architectures networks = archs.select(different);
    const std::vector<std::size_t> pool = thinned(networks, std::max(most_candidates, count));
    const Architectures pooled = networks.select(pool);
    const MatrixXd features = k.features(pooled, k.common.of(pooled).logarithms);
    std::vector<std::size_t> found;
    for (const std::size_t row :
         least_variance_design(features, k.weight_variances(), offset_variance(k),
                               k.variances.noise, count, context.watch()))
        found.push_back(different[pool[row]]);
    std::ranges::sort(found);
    return found;
}

}  // namespace latpred

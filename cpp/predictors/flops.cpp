#include "predictors/flops.hpp"

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "predictors/training_rows.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

std::vector<double> gmacs_of(const Architectures& archs) {
    std::vector<double> gmacs;
    for (const Costs& costs : count_costs(archs))
        gmacs.push_back(static_cast<double>(costs.macs) * 1e-9);
    return gmacs;
}

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

void FlopsPredictor::predict(const Architectures& archs, std::span<double> values) const {
    const std::vector<double> gmacs = gmacs_of(archs);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = constant_ + per_gmac_ * gmacs[i];
}

void FlopsPredictor::store(TensorFile& file) const {
    const double coefficients[] = {constant_, per_gmac_};
    file.put("coefficients", coefficients);
}

std::shared_ptr<FlopsPredictor> fit_flops(const Architectures& archs,
                                          std::span<const double> values, ModelInfo info) {
    const TrainingRows rows = canonical_rows(archs, values);
    const std::vector<double>& known = rows.values;
    const std::vector<double> gmacs = gmacs_of(rows.archs);
    const double mean_gmacs = mean_of(gmacs);
    const double mean_value = mean_of(known);
    double covariance = 0;
    double variance = 0;
    for (std::size_t i = 0; i < known.size(); ++i) {
        covariance += (gmacs[i] - mean_gmacs) * (known[i] - mean_value);
        variance += (gmacs[i] - mean_gmacs) * (gmacs[i] - mean_gmacs);
    }
    const double slope = variance > 0 ? covariance / variance : 0.0;
    return std::make_shared<FlopsPredictor>(archs.space_ptr(), std::move(info),
                                            mean_value - slope * mean_gmacs, slope);
}

std::shared_ptr<Predictor> load_flops_predictor(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file) {
    const std::vector<double> coefficients = file.doubles("coefficients");
    if (coefficients.size() != 2 || !std::isfinite(coefficients[0] + coefficients[1]))
        throw CorruptionError("damaged file: two finite coefficients expected");
    return std::make_shared<FlopsPredictor>(space, info, coefficients[0], coefficients[1]);
}

}  // namespace latpred

#include "profiling/pooled_profile.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

double squared_deviation(const VectorXd& values) {
    return (values.array() - values.mean()).square().sum() /
           static_cast<double>(std::max<Index>(values.size() - 1, 1));
}

DesignPrecision precision_of(const VectorXd& deviations, double terms, double evaluations) {
    const std::vector<double> all(deviations.begin(), deviations.end());
    return {deviations.maxCoeff(), median(all), terms, evaluations};
}

}  // namespace

VectorXd checked_values(std::span<const double> values, const Architectures& archs,
                        const std::string& what) {
    if (values.size() != archs.size()) {
        throw DataError(message(excerpt(what), ": ", values.size(), " values for ", archs.size(),
                                " networks, one each expected"));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw DataError(message(excerpt(what), ": value ", i, " is ", values[i],
                                    ", finite numbers expected"));
        }
    }
    return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

PooledPrecision pooled_precision(const PooledModel& model, const PooledEffects& effects,
                                 std::span<const double> values) {
    const VectorXd y = Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
    const auto rows = static_cast<double>(model.fit().rows());
    const auto terms = static_cast<double>(model.fit().terms());
    const VectorXd pooled = effects.effects.error * std::sqrt(rows - terms);
    const double all = squared_deviation(y);
    const double left = effects.residual_deviation * effects.residual_deviation;
    // A base network without the layer differs by all of the block.
    VectorXd paired = VectorXd::Zero(pooled.size());
    for (const int site : model.sites()) {
        double squares = 0;
        double blocks = 0;
        const auto here = [&](Index k) {
            return model.placements()[static_cast<std::size_t>(k)].first == site;
        };
        for (Index k = 0; k < paired.size(); ++k) {
            squares += here(k) ? effects.effects.value(k) * effects.effects.value(k) : 0;
            blocks += here(k) ? 1 : 0;
        }
        for (Index k = 0; k < paired.size(); ++k) {
            if (here(k))
                paired(k) = std::sqrt(squares / blocks + 2 * left);
        }
    }
    const VectorXd independent = VectorXd::Constant(pooled.size(), std::sqrt(2 * all));
    const auto placements = static_cast<double>(pooled.size());
    return {precision_of(pooled, terms, 1), precision_of(paired, 1, 1 + placements),
            precision_of(independent, 1, 1 + placements)};
}

}  // namespace latpred

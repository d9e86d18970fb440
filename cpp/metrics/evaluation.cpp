#include "metrics/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metrics/correlation.hpp"

namespace latpred {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void require_finite(std::span<const double> values, const char* name, const char* where) {
    constexpr std::size_t shown = 5;
    std::vector<std::string> bad;
    std::size_t count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i]))
            continue;
        if (++count <= shown)
            bad.push_back(message("row ", i, ": ", values[i]));
    }
    if (count > 0) {
        throw DataError(message(where, ": ", name, " values must be finite; ", join(bad),
                                count > shown ? message(" and ", count - shown, " more") : ""));
    }
}

/// Share in percent of the relative errors that are at most `bound`.
double share_within(std::span<const double> relative, double bound) {
    const auto count = std::count_if(relative.begin(), relative.end(),
                                     [bound](double error) { return error <= bound; });
    return 100.0 * static_cast<double>(count) / static_cast<double>(relative.size());
}

void add_relative_errors(std::span<const double> truth, std::span<const double> predicted,
                         Evaluation& result) {
    std::vector<double> relative(truth.size());
    double sum = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] == 0.0) {
            result.mape_percent = result.within_5_percent = result.within_10_percent = nan;
            return;
        }
        relative[i] = std::abs((predicted[i] - truth[i]) / truth[i]);
        sum += relative[i];
    }
    result.mape_percent = 100.0 * sum / static_cast<double>(truth.size());
    result.within_5_percent = share_within(relative, 0.05);
    result.within_10_percent = share_within(relative, 0.10);
}

}  // namespace

void require_comparable(std::span<const double> truth, std::span<const double> predicted,
                        const char* where) {
    if (truth.size() != predicted.size()) {
        throw DataError(message(where, ": ", truth.size(), " true values but ", predicted.size(),
                                " predicted ones"));
    }
    if (truth.empty())
        throw DataError(message(where, ": at least one value expected, got none"));
    require_finite(truth, "true", where);
    require_finite(predicted, "predicted", where);
}

Evaluation evaluate(std::span<const double> truth, std::span<const double> predicted) {
    require_comparable(truth, predicted, "evaluate");
    Evaluation result;
    result.count = truth.size();
    double absolute = 0;
    double squared = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const double error = predicted[i] - truth[i];
        absolute += std::abs(error);
        squared += error * error;
    }
    const auto count = static_cast<double>(truth.size());
    result.mae = absolute / count;
    result.rmse = std::sqrt(squared / count);
    add_relative_errors(truth, predicted, result);
    result.spearman = spearman(truth, predicted);
    result.kendall = kendall_tau_b(truth, predicted);
    result.pearson = pearson(truth, predicted);
    return result;
}

}  // namespace latpred

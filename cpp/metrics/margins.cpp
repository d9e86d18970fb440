#include "metrics/margins.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

void require_equal(const char* what, std::size_t a, std::size_t b) {
    if (a != b)
        throw DataError(message(what, ": ", a, " values beside ", b));
}

}  // namespace

double safety_margin(std::span<const double> measured, std::span<const double> predicted,
                     double share) {
    require_equal("safety margin", measured.size(), predicted.size());
    if (measured.empty())
        throw DataError("safety margin: no value, at least one expected");
    if (!(share >= 0 && share <= 1))
        throw ConfigError(message("safety margin: share ", share, ", 0 to 1 expected"));
    std::vector<double> excess;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        const auto usable = [](double ms) { return ms > 0.0 && std::isfinite(ms); };
        if (!usable(measured[i]) || !usable(predicted[i])) {
            throw DataError(message("safety margin: value ", i, " is ", measured[i],
                                    " predicted as ", predicted[i],
                                    ", both above 0 and finite expected"));
        }
        excess.push_back(measured[i] / predicted[i] - 1.0);
    }
    return std::max(0.0, quantile(excess, share));
}

std::vector<std::optional<double>>
percent_changes(std::span<const double> values,
                std::span<const std::optional<std::size_t>> references) {
    require_equal("changes", values.size(), references.size());
    std::vector<std::optional<double>> changes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::optional<std::size_t> of = references[i];
        if (of && *of >= values.size())
            throw DataError(message("changes: reference ", *of, " of ", values.size(), " values"));
        changes.push_back(of ? std::optional(100.0 * (values[i] / values[*of] - 1.0))
                             : std::nullopt);
    }
    return changes;
}

double running_seconds(std::span<const double> counts, std::span<const double> each_ms) {
    require_equal("running time", counts.size(), each_ms.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        sum += counts[i] * each_ms[i];
    return sum / 1e3;
}

}  // namespace latpred

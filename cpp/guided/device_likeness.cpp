#include "guided/device_likeness.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "guided/listed_values.hpp"
#include "metrics/correlation.hpp"
#include "metrics/evaluation.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

constexpr std::size_t fewest_common = 3;

/// Rows with a latency.
struct Measured {
    Architectures archs;
    std::vector<double> ms;
};

Measured measured(const Rows& rows, const char* which) {
    if (rows.values.size() != rows.archs.size()) {
        throw DataError(message("similar devices: ", rows.archs.size(), " architectures but ",
                                rows.values.size(), " values of the ", which, " device"));
    }
    std::vector<std::size_t> kept;
    std::vector<double> ms;
    for (std::size_t i = 0; i < rows.values.size(); ++i) {
        const double value = rows.values[i];
        if (std::isnan(value))
            continue;
        if (!(value > 0 && std::isfinite(value))) {
            throw DataError(message("similar devices: row ", i, " of the ", which, " device: ",
                                    value, "; a finite number of ms above 0 expected"));
        }
        kept.push_back(i);
        ms.push_back(value);
    }
    return {rows.archs.select(kept), std::move(ms)};
}

}  // namespace

DeviceLikeness device_likeness(const Rows& first, const Rows& second) {
    if (!first.archs.space().same_family(second.archs.space())) {
        throw SchemaError(message("similar devices: architectures of ",
                                  first.archs.space().description(), " and of ",
                                  second.archs.space().description(), "; one space expected"));
    }
    const Measured a = measured(first, "first");
    const Measured b = measured(second, "second");
    const std::vector<double> mine = ListedValues(a.archs, a.ms).find(a.archs);
    const std::vector<double> others = ListedValues(b.archs, b.ms).find(a.archs);
    DeviceLikeness found;
    std::vector<double> logs;
    for (const std::size_t row : distinct_rows(a.archs)) {
        if (std::isnan(others[row]))
            continue;
        found.first.push_back(mine[row]);
        found.second.push_back(others[row]);
        logs.push_back(std::log(mine[row] / others[row]));
    }
    found.networks = logs.size();
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    found.spearman = found.kendall = found.ratio = found.spread_percent = found.mape_percent = none;
    if (found.networks < fewest_common)
        return found;
    found.ratio = std::exp(median(logs));
    found.spread_percent = 100 * robust_deviation(logs);
    std::vector<double> scaled = found.second;
    for (double& value : scaled)
        value *= found.ratio;
    const Evaluation judged = evaluate(found.first, scaled);
    found.spearman = judged.spearman;
    found.kendall = judged.kendall;
    found.mape_percent = judged.mape_percent;
    return found;
}

}  // namespace latpred

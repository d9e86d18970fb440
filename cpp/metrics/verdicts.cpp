#include "metrics/verdicts.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr const char* kUnclear = "not distinguishable";
constexpr const char* kNoInterval = "no interval";

void require_sizes(const char* what, std::size_t expected, std::initializer_list<std::size_t> got) {
    for (std::size_t size : got) {
        if (size != expected)
            throw DataError(message(what, ": ", size, " values beside ", expected));
    }
}

/// Whether there is an interval; DataError where its ends are in the wrong order.
bool has_interval(const char* what, std::size_t row, double low, double high) {
    if (low > high) {
        throw DataError(message(what, ": the interval of value ", row, " runs from ", low, " to ",
                                high, ", the smaller end first expected"));
    }
    return !std::isnan(low) && !std::isnan(high);
}

const char* limit_verdict(double limit, double value, double low, double high) {
    if (std::isnan(value))
        return "not measured";
    if (std::isnan(low) || std::isnan(high))
        return kNoInterval;
    if (high <= limit)
        return "under";
    return low > limit ? "over" : kUnclear;
}

}  // namespace

std::vector<std::string> limit_verdicts(std::span<const double> limits,
                                        std::span<const double> values, std::span<const double> low,
                                        std::span<const double> high) {
    const char* what = "limit verdicts";
    require_sizes(what, values.size(), {limits.size(), low.size(), high.size()});
    std::vector<std::string> words;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(limits[i]))
            throw DataError(message(what, ": limit ", i, " is not a number"));
        has_interval(what, i, low[i], high[i]);
        words.emplace_back(limit_verdict(limits[i], values[i], low[i], high[i]));
    }
    return words;
}

std::vector<std::string> change_verdicts(std::span<const double> reference_low,
                                         std::span<const double> reference_high,
                                         std::span<const double> low,
                                         std::span<const double> high) {
    const char* what = "change verdicts";
    require_sizes(what, low.size(), {reference_low.size(), reference_high.size(), high.size()});
    std::vector<std::string> words;
    for (std::size_t i = 0; i < low.size(); ++i) {
        const bool both = has_interval(what, i, reference_low[i], reference_high[i]) &&
                          has_interval(what, i, low[i], high[i]);
        if (!both)
            words.emplace_back(kNoInterval);
        else if (low[i] > reference_high[i])
            words.emplace_back("larger");
        else
            words.emplace_back(high[i] < reference_low[i] ? "smaller" : kUnclear);
    }
    return words;
}

}  // namespace latpred

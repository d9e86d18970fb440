#include "measurement/speed_ratio.hpp"

#include <cmath>

namespace latpred {
namespace {

/// A time with its interval, in any unit.
struct BoundedTime {
    double value;
    double low;
    double high;

    [[nodiscard]] bool usable() const { return std::isfinite(value) && value > 0.0; }
    [[nodiscard]] double down() const { return std::log(value / low); }
    [[nodiscard]] double up() const { return std::log(high / value); }
};

SpeedRatio divided(const BoundedTime& first, const BoundedTime& second) {
    SpeedRatio found;
    if (!first.usable() || !second.usable())
        return found;
    found.times = second.value / first.value;
    const double down = std::hypot(second.down(), first.up());
    const double up = std::hypot(second.up(), first.down());
    if (std::isfinite(down) && std::isfinite(up)) {
        found.low = found.times * std::exp(-down);
        found.high = found.times * std::exp(up);
    }
    return found;
}

}  // namespace

std::string_view to_string(Comparison comparison) {
    switch (comparison) {
    case Comparison::faster:
        return "faster";
    case Comparison::slower:
        return "slower";
    case Comparison::indistinguishable:
        return "indistinguishable";
    case Comparison::unknown:
        break;
    }
    return "unknown";
}

Comparison SpeedRatio::says() const {
    if (std::isnan(low) || std::isnan(high))
        return Comparison::unknown;
    if (low > 1.0)
        return Comparison::faster;
    return high < 1.0 ? Comparison::slower : Comparison::indistinguishable;
}

SpeedRatio speed_ratio(const NetworkResult& first, const NetworkResult& second, bool one_campaign) {
    const bool paired = one_campaign && first.reference == second.reference;
    const auto time_of = [paired](const NetworkResult& row) {
        return paired ? BoundedTime{row.ratio, row.ratio_low, row.ratio_high}
                      : BoundedTime{row.latency_ms, row.low_ms, row.high_ms};
    };
    SpeedRatio found = divided(time_of(first), time_of(second));
    found.paired = paired && !std::isnan(found.times);
    return found;
}

}  // namespace latpred

#include "neural/device_scale.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double log_floor = 0.05;  // of the median: nearly empty networks take next to nothing
constexpr double least_latency_share = 0.01;

struct Spread {
    double mean = 0, deviation = 1;
};

Spread spread_of(std::span<const double> values) {
    Spread found;
    for (const double value : values)
        found.mean += value / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values)
        squares += (value - found.mean) * (value - found.mean);
    const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
    if (deviation > 1e-12 * std::abs(found.mean) && deviation > 0)
        found.deviation = deviation;
    return found;
}

/// x where it is at least `least`, below it what nears 0: rising, above 0.
double above_zero(double x, double least) {
    return x >= least ? x : least * std::exp(std::max(x / least - 1, -600.0));
}

}  // namespace

DeviceScale::DeviceScale(std::string name, std::span<const double> latency_ms)
    : name_(std::move(name)) {
    if (name_ != "log" && name_ != "standard" && name_ != "min-max")
        throw ConfigError(
            message("scale '", excerpt(name_), "': log, standard or min-max expected"));
    if (latency_ms.empty())
        throw DataError("scale of latencies: at least one row expected");
    unit_ = median(latency_ms);
    std::vector<double> values;
    for (const double value : latency_ms)
        values.push_back(name_ == "log" ? std::log(value / unit_ + log_floor) : value);
    if (name_ == "min-max") {
        const auto [low, high] = std::ranges::minmax(values);
        shift_ = low;
        factor_ = high > low ? high - low : 1;
        return;
    }
    const Spread spread = spread_of(values);
    shift_ = spread.mean;
    factor_ = spread.deviation;
}

double DeviceScale::scaled(double latency_ms) const {
    const double value = name_ == "log" ? std::log(latency_ms / unit_ + log_floor) : latency_ms;
    return (value - shift_) / factor_;
}

double DeviceScale::latency_ms(double scaled) const {
    const double value = shift_ + factor_ * scaled;
    if (name_ == "log")  // beyond any latency: finite all the same
        return unit_ *
               above_zero(std::exp(std::min(value, 100.0)) - log_floor, least_latency_share);
    return above_zero(value, least_latency_share * unit_);
}

void DeviceScale::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "name"] = name_;
    file.put(prefix + "numbers", std::vector<double>{unit_, shift_, factor_});
}

DeviceScale DeviceScale::load(const TensorFile& file, const std::string& prefix) {
    DeviceScale scale;
    scale.name_ = file.text(prefix + "name");
    const std::vector<double> numbers = file.doubles(prefix + "numbers");
    const bool known =
        scale.name_ == "log" || scale.name_ == "standard" || scale.name_ == "min-max";
    if (!known || numbers.size() != 3 ||
        !std::ranges::all_of(numbers, [](double v) { return std::isfinite(v); }) ||
        numbers[0] <= 0 || numbers[2] <= 0)
        throw CorruptionError("damaged file: the scale of a device's latencies expected");
    scale.unit_ = numbers[0];
    scale.shift_ = numbers[1];
    scale.factor_ = numbers[2];
    return scale;
}

std::vector<float> scale_latencies(const DeviceScale& scale, std::span<const double> latency_ms) {
    std::vector<float> scaled;
    scaled.reserve(latency_ms.size());
    for (const double value : latency_ms)
        scaled.push_back(static_cast<float>(scale.scaled(value)));
    return scaled;
}

}  // namespace latpred

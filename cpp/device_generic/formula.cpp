#include "device_generic/formula.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

bool usable(double value) {
    return value > 0 && std::isfinite(value);
}

/// `values` times `scale`; both they and what comes out must be above 0 and finite.
std::vector<double> scaled(std::span<const double> values, double scale, const char* what) {
    std::vector<double> products;
    products.reserve(values.size());
    for (const double value : values) {
        const double product = value * scale;
        if (!usable(value) || !usable(product)) {
            throw DataError(message(what, " ", products.size(), " is ", number_text(value),
                                    ", a finite number above 0 expected"));
        }
        products.push_back(product);
    }
    return products;
}

}  // namespace

std::optional<std::string> complaint(const DeviceNumbers& device) {
    const std::array<std::pair<const char*, double>, 5> numbers{
        {{"frequency_ghz", device.frequency_ghz},
         {"dispatch_width", device.dispatch_width},
         {"cache_mb", device.cache_mb},
         {"memory_gbs", device.memory_gbs},
         {"latency by these four numbers", ms_per_factor(device)}}};
    for (const auto& [what, value] : numbers) {
        if (!usable(value))
            return message(what, " is ", number_text(value), ", a finite number above 0 expected");
    }
    return std::nullopt;
}

void check(const DeviceNumbers& device, const std::string& name) {
    if (const auto said = complaint(device))
        throw DataError(message("device '", excerpt(name), "': ", *said));
}

double ms_per_factor(const DeviceNumbers& device) {
    const double issue = 1 / device.dispatch_width;
    const double miss = 1 / (std::sqrt(device.cache_mb) * device.memory_gbs);
    return (issue + miss) / device.frequency_ghz;
}

std::vector<double> latency_ms(std::span<const double> factors, const DeviceNumbers& device) {
    return scaled(factors, ms_per_factor(device), "architecture factor");
}

std::vector<double> architecture_factors(std::span<const double> latency_ms,
                                         const DeviceNumbers& device) {
    return scaled(latency_ms, 1 / ms_per_factor(device), "latency_ms");
}

}  // namespace latpred

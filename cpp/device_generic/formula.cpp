#include "device_generic/formula.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace latpred {

void check(const DeviceNumbers& device, const std::string& name) {
    const std::array<std::pair<const char*, double>, 4> numbers{
        {{"frequency_ghz", device.frequency_ghz},
         {"dispatch_width", device.dispatch_width},
         {"cache_mb", device.cache_mb},
         {"memory_gbs", device.memory_gbs}}};
    for (const auto& [what, value] : numbers) {
        if (!(value > 0 && std::isfinite(value)))
            throw DataError("device '" + name.substr(0, 40) + "': " + what + " is " +
                            std::to_string(value) + ", a finite number above 0 expected");
    }
}

double ms_per_factor(const DeviceNumbers& device) {
    const double issue = 1 / device.dispatch_width;
    const double miss = 1 / (std::sqrt(device.cache_mb) * device.memory_gbs);
    return (issue + miss) / device.frequency_ghz;
}

}  // namespace latpred

#include "guided/readings.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metrics/verdicts.hpp"

namespace latpred {

bool Reading::failed() const {
    return std::isnan(value);
}

bool Reading::holds(double limit) const {
    const bool interval = !std::isnan(low) && !std::isnan(high);
    return !failed() && (interval ? high <= limit : value <= limit);
}

std::string Reading::verdict(double limit) const {
    return limit_verdicts(std::array{limit}, std::array{value}, std::array{low}, std::array{high})
        .front();
}

std::vector<Reading> readings_of(const Measure& measure, const Architectures& archs) {
    std::vector<Reading> readings = measure(archs);
    if (readings.size() != archs.size())
        throw DataError(message("search: ", readings.size(), " measurements of ", archs.size(),
                                " networks, one for each expected"));
    for (Reading& reading : readings) {
        if (!std::isfinite(reading.value))
            reading = Reading{};
        else if (reading.value <= 0)
            throw DataError(message("search: a measurement gave ", reading.value,
                                    ", a positive finite number of ms expected"));
    }
    return readings;
}

}  // namespace latpred

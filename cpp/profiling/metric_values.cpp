#include "profiling/metric_values.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {

void metric_values(const std::string& metric, const Objective& objective,
                   const Architectures& archs, std::span<double> values) {
    try {
        objective.evaluate(archs, values);
    } catch (const DataError& error) {
        throw DataError(message("metric ", excerpt(metric), ": ", error.what()));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i]))
            continue;
        throw DataError(message("metric ", excerpt(metric), " is ",
                                std::isnan(values[i]) ? "NaN" : number_text(values[i]), " for ",
                                excerpt(to_text(archs.space(), archs.row(i)), 300),
                                ", a finite number expected"));
    }
}

}  // namespace latpred

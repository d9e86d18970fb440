#include "predictors/checks.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

void check_training_values(const Architectures& archs, std::span<const double> values) {
    if (archs.size() == 0)
        throw DataError("fit: the table is empty; at least one architecture expected");
    if (archs.size() != values.size()) {
        throw DataError(message("fit: ", archs.size(), " architectures but ", values.size(),
                                " values; one value for each expected"));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]) || values[i] <= 0) {
            throw DataError(
                message("fit: row ", i, ": ", values[i], "; a positive finite value expected"));
        }
    }
}

}  // namespace latpred

// How alike the latencies of two devices are.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

/// Of the networks that two devices have in common; NaN where these are fewer than three.
struct DeviceLikeness {
    std::size_t networks = 0;
    double spearman = 0;
    double kendall = 0;
    double ratio = 0;           ///< median of first / second
    double spread_percent = 0;  ///< robust standard deviation of ln (first / second)
    double mape_percent = 0;    ///< of ratio x second as a prediction of first
    std::vector<double> first;  ///< ms of the common networks, in canonical order
    std::vector<double> second;
};

/// Rows whose value is NaN were not measured. A network that comes in several rows counts once, by
/// the median of its values.
///
/// Throws: SchemaError for architectures of another family or width; DataError for other numbers of
///     values than of architectures, or values that are not above 0 and finite.
DeviceLikeness device_likeness(const Rows& first, const Rows& second);

}  // namespace latpred

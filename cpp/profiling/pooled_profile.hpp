// Pooled effects of several metrics on one sample, and how many networks other precision needs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "profiling/pooled_effects.hpp"
#include "profiling/pooled_rows.hpp"

namespace latpred {

/// n networks give effects with half widths of t x deviation / sqrt(n - terms).
struct DesignPrecision {
    double deviation = 0;    ///< of the worst placement
    double median = 0;       ///< of the median one
    double terms = 0;        ///< networks that cost their degrees of freedom
    double evaluations = 0;  ///< a network
};

struct PooledPrecision {
    DesignPrecision pooled;
    DesignPrecision paired;       ///< at most that: the residuals of both networks count in full
    DesignPrecision independent;  ///< n networks of each placement
};

/// Of the designs, from what a pooled fit leaves: paired differences vary by what stands at the
/// site and by residuals, independent means by all.
PooledPrecision pooled_precision(const PooledModel& model, const PooledEffects& effects,
                                 std::span<const double> values);

/// DataError for other numbers of values than networks, or values that are not finite; `what`
/// names the metric.
Eigen::VectorXd checked_values(std::span<const double> values, const Architectures& archs,
                               const std::string& what);

}  // namespace latpred

// How well predictions agree with the truth.
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

/// Errors in the unit of the values (ms for latencies), shares in percent, rank correlations with
/// ties. Correlations are NaN for fewer than two values or where either side is constant;
/// relative errors are NaN where a true value is 0.
struct Evaluation {
    std::size_t count = 0;
    double mae = 0;
    double rmse = 0;
    double mape_percent = 0;
    double within_5_percent = 0;   ///< share of predictions off by at most 5 % of the truth
    double within_10_percent = 0;  ///< the same for 10 %
    double spearman = 0;
    double kendall = 0;  ///< tau-b
    double pearson = 0;
};

/// DataError, beginning with `where`, for different lengths, no values, or values that are not
/// finite (rows are named).
void require_comparable(std::span<const double> truth, std::span<const double> predicted,
                        const char* where);

/// Errors as `require_comparable`.
Evaluation evaluate(std::span<const double> truth, std::span<const double> predicted);

}  // namespace latpred

// How far sums of parts are from whole networks, with intervals.
#pragma once

#include <span>

namespace latpred {

/// A number with its interval at 95 %.
struct Bounded {
    double value = 0;
    double low = 0;
    double high = 0;
};

struct Additivity {
    Bounded ratio;     ///< median of measured / sum
    Bounded spread;    ///< standard deviation of log (measured / sum), in percent
    Bounded constant;  ///< of measured = constant + slope x sum, in the unit of the data
    Bounded slope;
    Bounded remaining;  ///< standard deviation of log (measured / corrected sum), in percent
};

/// Compares N sums with N whole networks.
///
/// The median's interval is the inverted sign test. Line: least squares of relative errors, its
/// standard errors robust against unequal variance (HC3, MacKinnon and White 1985), Student's t
/// with N - 2 degrees. Spreads: jackknife of the log variance, Student's t with N - 1 degrees.
/// DataError for fewer than 8 networks, other sizes, or values that are not positive.
Additivity additivity(std::span<const double> sums, std::span<const double> measured);

/// 97.5 % quantile of Student's t for 1, 2, … degrees: known ones, from 5 on Hill's expansion in
/// 1 / degrees, within .1 %.
double student_quantile(double degrees);

}  // namespace latpred

// Whether a limit is kept, as far as an interval can tell.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace latpred {

/// One word for each of N measured values and its interval beside an upper limit:
/// "under" where the whole interval is at or below the limit, "over" where all of it is above,
/// "not distinguishable" where the limit lies inside, "no interval" where an end of it is NaN, and
/// "not measured" where the value is. DataError for other sizes, a limit that is NaN, or an
/// interval whose ends are in the wrong order.
std::vector<std::string> limit_verdicts(std::span<const double> limits,
                                        std::span<const double> values, std::span<const double> low,
                                        std::span<const double> high);

/// The same for an enlargement: whether the interval of value `i` lies above that of its reference.
/// "larger" where all of it is above, "smaller" where all of it is below, else as above.
std::vector<std::string> change_verdicts(std::span<const double> reference_low,
                                         std::span<const double> reference_high,
                                         std::span<const double> low, std::span<const double> high);

}  // namespace latpred

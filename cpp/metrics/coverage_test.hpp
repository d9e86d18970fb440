// Whether intervals hold as often as they say.
#pragma once

#include <cstddef>
#include <optional>

namespace latpred {

/// Which of `rows` ascending calibration scores reaches so far that one more score lies within it
/// with probability `confidence` (split conformal prediction): a rank from 1, or 0 where the rows
/// are too few for that confidence.
std::size_t conformal_rank(std::size_t rows, double confidence);

/// Probability that `total` new values lie within intervals of that confidence in a number at most
/// as likely as `inside` (two-sided, exact). The number is binomial; where the intervals are those
/// of a conformal prediction with `calibration_rows` scores, of which their coverage itself
/// depends, it is beta-binomial with rank and rows + 1 - rank (Vovk, "Conditional validity of
/// inductive conformal predictors", 2012).
///
/// DataError for no value, more inside than there are, or too few calibration rows; ConfigError for
/// a confidence outside (0, 1).
double coverage_p_value(std::size_t inside, std::size_t total, double confidence,
                        std::optional<std::size_t> calibration_rows = std::nullopt);

}  // namespace latpred

// Prediction intervals for what a careful measurement would read, from labels of two kinds.
#pragma once

#include <cstdint>
#include <span>

#include "selection/cross_validate.hpp"

namespace latpred {

/// Which rows say how far off a model is, and how noisy they are: standard deviations of a
/// logarithm. The intervals are for readings of noise `reading`.
struct LabelNoise {
    std::span<const std::uint8_t> counted;  ///< N: whether a row's error becomes a score
    double label = 0;                       ///< of the rows that count
    double reading = 0;                     ///< of what the intervals are for
};

/// As `calibrate_by_folds`, but by models that are there already (as `select` leaves them), and
/// only the errors of rows that count become scores: they should be drawn at random where others
/// were chosen. Where their labels are noisier than the readings that the intervals are for, the
/// scores are made less by the factor that takes the difference of the variances from the square of
/// the error that 68 % of the rows stay below, at the least to three tenths.
///
/// Throws: DataError for a number of flags that is not that of the rows, where none counts, for
///     noise that is negative or not finite, or for models of other rows; as `interval_scores`.
void calibrate_on_labels(Predictor& model, const HeldOut& held_out, const Rows& rows,
                         const LabelNoise& noise);

}  // namespace latpred

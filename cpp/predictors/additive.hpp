// The additive predictor: a latency is a sum over places, by resolution, plus a term of total
// depth.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "predictors/block_table.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

struct AdditiveOptions {
    bool robust = true;               ///< Huber's loss instead of squares
    double huber = 1.0;               ///< its corner, in robust standard deviations
    double ridge = 0;                 ///< strength of the shrinkage; 0: chosen from the rows
    bool share_slots = true;          ///< equal blocks of a unit are expected to cost the same
    std::vector<std::string> ignore;  ///< groups of genes without influence
    int evidence_rows = 256;  ///< rows (`thinned`) from which the layers' variances are learnt
};

struct AdditiveFit {
    std::vector<TableTerm> terms;
    double ridge = 0;
    double noise = 0;                  ///< relative standard deviation of a row at the mean value
    std::vector<std::string> layers;   ///< of the prior, coarse to fine
    std::vector<double> layer_shares;  ///< standard deviation that each layer explains, relative
    std::vector<double> row_weights;   ///< N; below 1 where the robust loss trusts a row less
};

/// Fits weights of (resolution x place x joint choice of its genes) and (resolution x total depth).
///
/// The weights have a layered Gaussian prior (additive_prior.hpp), so few rows shrink the tables
/// towards what the blocks cost by counting, and many rows overrule it: one estimator for any N.
/// Layer variances come from the marginal likelihood of up to `evidence_rows` rows; beyond those
/// the ridge is chosen by cross-validation on all rows. The noise variance grows in proportion to
/// the value. Equal blocks of a unit share a table, unless the rows contradict it: where tables of
/// each place explain a tenth of what is left, each gets its own.
///
/// A sum over places and settings without noise is fitted to rounding as soon as its rows determine
/// it, in spaces whose places are one slot each (block_layout.hpp).
///
/// Rows are taken in canonical order (training_rows.hpp), so their order in the table does not
/// matter.
///
/// Args: values: N positive finite numbers.
/// Throws: DataError for no rows, another number of values, or a value that is not positive;
///     ConfigError for options out of range.
AdditiveFit fit_additive(const Architectures& archs, std::span<const double> values,
                         const AdditiveOptions& options = {}, Monitor& monitor = Monitor::none());

}  // namespace latpred

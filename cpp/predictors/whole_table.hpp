// A predictor that looks each network of a small space up: measured accuracies of a benchmark.
#pragma once

#include <memory>
#include <span>

#include "datasets/row_names.hpp"
#include "predictors/table_predictor.hpp"

namespace latpred {

/// Accuracies in percent of all networks of a space, each once, in any order. DataError, naming
/// where, for repeated or missing networks, another number of values, and values that are not
/// between 0 and 100; ConfigError for a space of more than 65,536 networks or with genes that may
/// be inactive.
std::shared_ptr<TablePredictor> make_whole_table(const Architectures& archs,
                                                 std::span<const double> percent,
                                                 const RowNames& names = {});

}  // namespace latpred

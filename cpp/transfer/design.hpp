// Which networks of a new device tell most.
#pragma once

#include <cstddef>
#include <vector>

#include "transfer/source_models.hpp"

namespace latpred {

/// Bayesian D-optimal design (Chaloner and Verdinelli 1995), found greedily: one after the other
/// the network of which a Gaussian process with equal shares for the sources' values and for the
/// choices knows least. Ascending row numbers of different networks; the order of the candidates
/// does not matter, nor repeated ones.
///
/// Throws: ConfigError for a count of 0; DataError for fewer different networks than `count`;
///     SchemaError for another space.
std::vector<std::size_t> choose_design(const SourceModels& sources, const Architectures& candidates,
                                       std::size_t count, Monitor& monitor);

}  // namespace latpred

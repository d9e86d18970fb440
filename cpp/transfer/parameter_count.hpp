// How many numbers a method fits.
#pragma once

#include "predictors/predictor.hpp"

namespace latpred {

/// Trainable parameters of a model: its note "parameters" where it has one, the weights of linear
/// models, values of tables, sums over the members of ensembles. NaN where none of that is known.
double parameter_count(const Predictor& model);

}  // namespace latpred

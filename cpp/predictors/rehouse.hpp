// The same networks as rows of a space of another width.
#pragma once

#include <Eigen/Dense>

#include "predictors/predictor.hpp"

namespace latpred {

/// Of one family, perhaps at other widths: the same genes mean the same choices.
bool same_genes(const Space& a, const Space& b);

/// Architectures of `space` with the genes of `archs`. SchemaError where the families or the
/// resolutions differ; `what` ("source model") starts the message.
Architectures as_rows_of(const SpacePtr& space, const Architectures& archs, const char* what);

/// N values of a model for architectures of any width of its family.
Eigen::VectorXd values_at(const Predictor& model, const Architectures& archs, const char* what);

}  // namespace latpred

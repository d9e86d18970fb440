// The error of the predictor behind a metric, carried into effects and their intervals.
#pragma once

#include <Eigen/Core>
#include <string>

#include "profiling/pooled_effects.hpp"

namespace latpred {

struct ValidationCorrection {
    BaseCorrection base;
    std::string
        what;  ///< "blocks", "depths", "level": which errors are estimated without shrinkage
};

/// What measured - predicted of networks that the predictor was not fitted to says about each
/// placement: added to what the predictions say, it makes their means those of measurements
/// (prediction-powered inference; Angelopoulos et al., Science 2023).
///
/// With two networks or more a term of the design: the same regression ("blocks"). With fewer:
/// level and depths (five networks a term; below that the level alone) as they are, all else shrunk
/// to 0 as far as the errors themselves say, averaged over strengths by their restricted
/// likelihood, so that what few networks cannot tell widens the intervals. DataError below 10.
ValidationCorrection validation_correction(const PooledModel& model, const Architectures& archs,
                                           const Eigen::VectorXd& errors);

}  // namespace latpred

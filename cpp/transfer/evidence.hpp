// Variances of a few kernels by maximal marginal likelihood, held near a prior.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace latpred {

struct EvidencePrior {
    std::vector<double> variances;  ///< of each kernel, about which they are log-normal
    double noise = 0.1;
    double level = 0.3;      ///< variance of the constant, fixed
    double deviation = 2.0;  ///< of the logarithm of a variance
};

struct Evidence {
    std::vector<double> variances;
    double noise = 0;
    double log_likelihood = 0;  ///< with the prior's logarithm, without constants
};

/// y ~ N(0, level + sum of variance x kernel + noise), y of some 20 rows with variance 1. Fisher
/// scoring with halved steps (the "average information" of Gilmour, Thompson, Cullis 1995 without
/// its approximation), within e^-9 to e^4 for variances and e^-7 to e for the noise.
Evidence maximal_evidence(const std::vector<Eigen::MatrixXd>& kernels, const Eigen::VectorXd& y,
                          const EvidencePrior& prior);

}  // namespace latpred

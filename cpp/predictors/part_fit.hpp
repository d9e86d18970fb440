// Latencies of parts from whole networks: which networks to measure, and the fit with its errors.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <vector>

namespace latpred {

/// Greedy D-optimal design: `count` different rows of `counts` (N candidates x P parts), in the
/// order chosen; the first of them are a good smaller design. `scale` (P) says how much each part
/// may differ from what is expected of it, in ms.
///
/// Source: sequential D-optimal design for a Bayesian linear model (Chaloner and Verdinelli 1995).
/// ConfigError where there are fewer candidates than `count`.
std::vector<std::size_t> design_rows(const Eigen::MatrixXd& counts, const Eigen::VectorXd& scale,
                                     std::size_t count);

struct PartFit {
    Eigen::VectorXd mean;   ///< P, ms
    Eigen::VectorXd error;  ///< P, standard errors in ms
    double constant = 0;    ///< ms a network costs besides its parts
    double constant_error = 0;
    double noise = 0;          ///< standard deviation of a row, relative to its value
    double spread = 0;         ///< of parts about what is expected of them, in units of `scale`
    Eigen::VectorXd held_out;  ///< N: (measured - predicted without that row) / measured
};

/// latency = constant + sum over parts of (base x coefficients + scale x deviation) + noise.
///
/// A linear mixed model: deviations are normal with one variance, noise grows in proportion to the
/// latency, coefficients and constant are free. Variances by restricted maximum likelihood;
/// standard errors are those of best linear unbiased prediction, so parts that whole networks
/// cannot tell apart get wide ones.
///
/// Source: Henderson 1975; the profile of the likelihood after Kang et al. 2008 (EMMA).
/// Args: counts: N x P, how often each network has each part; base: P x K, what parts are expected
///     to cost up to factors; scale: P, positive; latency: N, positive.
/// DataError for fewer than K + 4 rows or values out of range.
PartFit fit_parts(const Eigen::MatrixXd& counts, const Eigen::MatrixXd& base,
                  const Eigen::VectorXd& scale, const Eigen::VectorXd& latency);

}  // namespace latpred

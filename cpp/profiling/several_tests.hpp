// Many effects at once: p values and intervals that hold for all of them together.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace latpred {

/// p values such that rejecting those below a level makes a false rejection at most with that
/// probability, whatever depends on what (Holm 1979). NaN stays NaN and counts for nothing.
std::vector<double> holm(std::span<const double> p_values);

/// p values such that rejecting those below a level makes at most that share of the rejections
/// false ones, for independent or positively dependent tests (Benjamini and Hochberg 1995). NaN as
/// above.
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

/// The two-sided level of each of K intervals that hold together with probability `confidence`,
/// where the errors of the estimates have this covariance (K x K; estimates of no variance count
/// for nothing): the largest of their standardised sizes in random normal draws (Hothorn, Bretz,
/// Westfall 2008). Student's t with own degrees for each estimate enters by using the level with
/// each one's own tail. Not below Bonferroni's level, not above the level of one.
double simultaneous_level(const Eigen::MatrixXd& covariance, double confidence, std::uint64_t seed);

}  // namespace latpred

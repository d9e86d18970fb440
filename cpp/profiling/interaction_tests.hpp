// Which pairs of genes do more together than the sum of both.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "profiling/variance_forms.hpp"

namespace latpred {

/// Two genes, each of a unit or of a layer in it.
struct GenePair {
    std::string first;  ///< "u2.d", "u2.l1.e"
    std::string second;
    int first_unit = -1;
    int second_unit = -1;
    bool first_depth = false;
    bool second_depth = false;
    bool block = false;  ///< both choose the block of one site: part of the design
};

struct PairTest {
    double share = 0;    ///< of the variance, less what noise makes of it; may be below 0
    double f = 0;        ///< F statistic
    double p_value = 1;  ///< of no interaction
};

/// The pairs of a space's genes, those of one block first; [pair][metric] tests of N values of each
/// metric. Pairs within a block are judged by the design's own terms, all others by what products
/// of their columns explain of the design's residuals. Without pairs between blocks where there are
/// more than 3,000.
struct InteractionTests {
    std::vector<GenePair> pairs;
    std::vector<std::vector<PairTest>> tests;
};

InteractionTests interaction_tests(const PooledDesign& design, const Architectures& archs,
                                   const std::vector<FittedValues>& metrics,
                                   const std::vector<Eigen::VectorXd>& ys);

}  // namespace latpred

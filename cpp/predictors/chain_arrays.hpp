// The arrays of AutoBuild's graph predictors (Mills et al., CVPR 2024), read without trust.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "base/safetensors.hpp"

namespace latpred {

constexpr int chain_width = 128;  ///< values of a node behind each convolution

/// y = weight x + bias.
struct ChainLinear {
    Eigen::MatrixXd weight;  ///< outputs x inputs
    Eigen::VectorXd bias;
};

/// A graph convolution over a chain with its batch-norm folded in: of a node and of the node
/// before it.
struct ChainConvolution {
    Eigen::MatrixXd root;  ///< chain_width x inputs
    Eigen::MatrixXd previous;
    Eigen::VectorXd bias;
};

/// What the forward pass reads.
struct ChainWeights {
    // A node's features but its resolution, each by what the block is.
    Eigen::VectorXd stage, layer, expand, kernel;
    double family = 0;
    ChainLinear resolution_in, resolution_out;  ///< 1 -> 3 -> 1, of (pixels - 192) / 32
    std::array<ChainConvolution, 4> convolutions;
    ChainLinear hidden, last;  ///< behind the sum over nodes, ReLU between and leaky ReLU behind
    Eigen::VectorXd regressor;
    double constant = 0;
    double shift = 0, factor = 1;  ///< of the output
    Eigen::VectorXd held_out;      ///< mean absolute error, mean relative error, Spearman's rank
};

using ChainArrays = std::map<std::string, StoredTensor>;

/// Name of the family that the arrays were trained on: "ofa-mobilenetv3" or "ofa-proxyless".
/// DataError, naming the array and what was expected, where one is missing, unknown, of another
/// shape or type, or holds a number that is not finite.
std::string_view chain_family(const ChainArrays& arrays);

/// Of arrays that `chain_family` accepts.
ChainWeights chain_weights(const ChainArrays& arrays);

}  // namespace latpred

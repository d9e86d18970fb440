// The forward pass of AutoBuild's graph predictors over chains of blocks, in single precision.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/float_block.hpp"
#include "predictors/chain_arrays.hpp"
#include "predictors/chain_contexts.hpp"

namespace latpred {

/// Chains of numbered blocks, one behind the other.
struct Chains {
    std::vector<std::int32_t> blocks;
    std::vector<std::size_t> starts{0};  ///< of each chain, and the end

    [[nodiscard]] std::size_t size() const { return starts.size() - 1; }
    [[nodiscard]] std::size_t length(std::size_t chain) const {
        return starts[chain + 1] - starts[chain];
    }
};

/// Weights as the kernels want them. Immutable.
class ChainNetwork {
  public:
    static constexpr int layers = 4;  ///< of a unit, at most
    static constexpr int kinds = 9;   ///< of blocks: expansion and kernel, of three each

    ChainNetwork(const ChainWeights& weights, int units);

    /// Number of a block; `kernel` and `expand` count from the smallest.
    static std::int32_t block(int unit, int layer, int expand, int kernel) {
        return (unit * layers + layer) * kinds + expand * 3 + kernel;
    }
    [[nodiscard]] int blocks() const { return units_ * layers * kinds; }

    /// What a node's convolution of number 1, 2 or 3 adds up, for `count` states (chain_width
    /// each): of the node itself, bias included, and of the node behind it.
    void multiply_states(int convolution, const float* states, float* products,
                         std::size_t count) const;
    /// States behind the first convolution: leaky ReLU of `own` of a block and `before` of the one
    /// before it. Rows of chain_width, a block each.
    struct FirstSums {
        Eigen::MatrixXd own, before;
    };
    [[nodiscard]] FirstSums first_sums(double pixels) const;
    /// The outputs of `count` networks from the sums over their nodes; `scratch`: as large again.
    void read_out(float* sums, float* scratch, std::span<double> values) const;

    static constexpr float slope = 0.01F;  ///< of leaky ReLU
    static constexpr std::size_t width = chain_width;

  private:
    struct Packed {
        FloatBlock weight;  ///< inputs x outputs
        FloatBlock bias;
    };
    static Packed pack(const Eigen::MatrixXd& weight, const Eigen::VectorXd& bias);

    int units_;
    ChainWeights weights_;
    std::array<Packed, 3> convolutions_;  ///< own and before next to each other
    Packed hidden_, last_;
};

/// Evaluates chains of one resolution, keeping what belongs to pairs and triples of blocks. Values
/// are the same to the bit however chains are grouped, ordered and divided among threads.
class ChainRun {
  public:
    ChainRun(const ChainNetwork& network, double pixels);

    /// The network's outputs. Polls the current monitor.
    void evaluate(const Chains& chains, std::span<double> values, int threads);

  private:
    /// Rows of states and of their products with the next convolution.
    struct Rows {
        FloatBlock states;
        FloatBlock products;
        std::size_t count = 0;

        void grow(std::size_t rows);
        [[nodiscard]] float* state(std::size_t row) const;
        [[nodiscard]] const float* own(std::size_t row) const;
        [[nodiscard]] const float* before(std::size_t row) const;
    };

    void extend_pairs(int threads);
    void extend_triples(int threads);
    void evaluate_chains(const Chains& chains, std::span<const std::int32_t> triples,
                         std::size_t begin, std::size_t end, std::span<double> values) const;

    const ChainNetwork& network_;
    ChainNetwork::FirstSums first_;
    ChainContexts contexts_;
    Rows pairs_, triples_;
    FloatBlock nothing_{ChainNetwork::width};
};

}  // namespace latpred

// The description of a user's own space: a stem, units of repeated blocks, a head.
#pragma once

#include <string>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

enum class BlockKind : std::uint8_t { conv, mbconv, basic, bottleneck };

/// A unit repeats one kind of block. Every list holds the choices of a gene, ascending.
struct UnitSpec {
    std::string name;  ///< for error texts; "" or unlike all others
    BlockKind block = BlockKind::mbconv;
    std::vector<int> depth{1};      ///< blocks in the unit (gene d)
    std::vector<int> channels;      ///< out of every block (gene c)
    std::vector<int> kernel{3};     ///< odd (gene ks of each block)
    std::vector<double> expand{1};  ///< middle channels by in (mbconv) or out (basic, bottleneck)
    int stride = 1;                 ///< of the first block
    int groups = 1;                 ///< of a "conv" block's convolution
    Activation activation = Activation::relu;
    bool squeeze_excite = false;  ///< mbconv only
};

struct StemSpec {
    int channels = 16;
    int kernel = 3;
    int stride = 2;
    bool max_pool = false;  ///< 3x3 with stride 2 behind it
    Activation activation = Activation::relu;
};

struct HeadSpec {
    int channels = 0;  ///< of a 1x1 convolution before pooling; 0: none
    int classes = 1000;
    Activation activation = Activation::relu;
};

struct BlockSpec {
    std::string name;
    std::vector<int> resolutions;  ///< gene r
    double eps = 1e-5;
    StemSpec stem;
    std::vector<UnitSpec> units;
    HeadSpec head;
};

/// Reads a JSON object with the keys above. ConfigError naming the place and what was expected:
/// unknown keys and blocks, wrong types, numbers beyond their type, too many blocks or choices,
/// empty or unordered choices, even kernels, unit names that come twice, groups that do not divide
/// channels, strides that the smallest input does not allow.
BlockSpec parse_block_spec(const std::string& text);

std::string to_json(const BlockSpec& spec);

}  // namespace latpred

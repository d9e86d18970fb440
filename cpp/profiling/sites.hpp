// Where blocks stand in the networks of a space, and which blocks can stand there.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// A joint choice of the genes of a site.
struct Block {
    std::string name;                                ///< "e6k7"; the same in every site that has it
    std::vector<std::pair<int, GeneValue>> choices;  ///< column and index, in the order of columns

    bool operator==(const Block&) const = default;
};

/// A place for a block: unit and layer of a network, from 0.
struct Site {
    std::string name;  ///< "u2.l1"
    int unit = 0;
    int layer = 0;
    std::vector<int> columns;  ///< genes that choose the block, first the slowest of its names
    int gate = -1;  ///< the layer exists where gene `gate` has at least `gate_from`; -1: always
    GeneValue gate_from = 0;
    std::vector<Block> blocks;  ///< that the space allows here, the last column's choice fastest

    [[nodiscard]] bool there(std::span<const GeneValue> row) const {
        return gate < 0 || row[static_cast<std::size_t>(gate)] >= gate_from;
    }
    /// Number of the block that a row has here; nothing where the layer is not there, or the block
    /// is not among those that the space allows.
    [[nodiscard]] std::optional<std::size_t> block_of(std::span<const GeneValue> row) const;
};

/// The sites of a space by unit and layer. Genes of a whole unit other than its depth (channels,
/// shared kernels) belong to each of its blocks; genes that the blocks of several units share, and
/// those of stem, head and input, belong to none. Blocks are named by group and value ("e6k7",
/// "w2e0.25", "nor_conv_3x3"), expansions before kernels as Mills et al. order them (CIKM 2021,
/// table 1), and choices that the restriction forbids by itself are left out.
std::vector<Site> sites(const Space& space);

}  // namespace latpred

// The cell spaces of NDS: DARTS, NASNet, AmoebaNet, PNAS and ENAS in one form (Radosavovic et al.,
// "On Network Design Spaces for Visual Recognition", ICCV 2019).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "graphs/nds_cell.hpp"
#include "spaces/family.hpp"

namespace latpred {

struct NdsSpace {
    std::string_view name;
    std::span<const std::string_view> operations;  ///< in the order of their genes
    int nodes = 0;                                 ///< of a cell
    bool loose = false;  ///< a cell's output: the nodes that no other reads; else all of them
};

std::span<const NdsSpace> nds_spaces();

/// A network is a normal and a reduction cell, stacked `depth` deep with reductions after one and
/// two thirds; the channels start at `width` and double in each reduction. Each node of a cell
/// adds two operations, each on one of the two cells before (0, 1) or on an earlier node (2, 3, …);
/// the order of the two does not matter, and the canonical form has the lesser (input, operation)
/// first. Genes: `normal_op`, `normal_in`, `reduce_op`, `reduce_in`, two a node.
///
/// Settings: `width` (16) and `depth` (8, the size at which DARTS searches; NDS trains 16 x 20);
/// 32 pixels with a stem of one convolution or 224 pixels with three; 10 or 1000 classes. There is
/// no auxiliary head, which is no part of the network after training.
class Nds final : public Family {
  public:
    Nds(const NdsSpace& space, const FamilyOptions& options);

    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;
    [[nodiscard]] std::span<const Swap> swaps() const override { return swaps_; }

    /// DARTS's form, e.g. "Genotype(normal=[('sep_conv_3x3', 0), …], …)". Written is the canonical
    /// text.
    [[nodiscard]] std::optional<std::vector<std::string>>
    own_choices(const std::string& text) const override;

    [[nodiscard]] const NdsSpace& space() const { return space_; }
    /// Columns of the operation and the input of edge number `edge`; `cell`: 0 normal, 1 reduction.
    [[nodiscard]] int operation_column(int cell, int edge) const;
    [[nodiscard]] int input_column(int cell, int edge) const;
    /// Nodes from 2 on that make the output of a cell, ascending.
    [[nodiscard]] std::vector<int> joined(std::span<const GeneValue> genes, int cell) const;

  private:
    [[nodiscard]] int edges() const { return 2 * space_.nodes; }
    [[nodiscard]] bool reduces(int number) const;
    [[nodiscard]] std::string output_place(int number) const;
    [[nodiscard]] std::vector<int> joined_of(std::span<const int> inputs) const;
    [[nodiscard]] std::vector<NdsEdge> edges_of(std::span<const GeneValue> genes, int cell) const;

    NdsSpace space_;
    std::vector<const NdsOperation*> operations_;
    std::vector<Swap> swaps_;
    bool has_none_ = false;
};

/// The family among `nds_spaces`, or nothing.
const Nds* as_nds(const Family& family);

}  // namespace latpred

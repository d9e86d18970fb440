// A node a place of the space's place map.
#pragma once

#include <string>
#include <vector>

#include "encodings/graph_level.hpp"
#include "encodings/place_pieces.hpp"

namespace latpred {

/// Nodes are the places that a network has, cut where a cycle would close (see `PlacePieces`), in
/// execution order. Features: "fixed" (no gene decides the place); one-hot of the choices of its
/// genes and of the settings ("ks=5", "op=nor_conv_3x3", "r=160"), but not of the gene that says
/// whether it is there, of genes with many choices or of several genes of one group; ln(1 + x) of
/// shapes and sums for one image
/// ("log_channels_in", "log_macs", …; sizes in pixels).
class PlaceLevel final : public GraphLevel {
  public:
    /// Of the places of this family, which outlives this.
    explicit PlaceLevel(const Family& family);

    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t numbers() const override;
    void features(std::span<const std::int64_t> numbers, std::span<float> out) const override;
    [[nodiscard]] GraphDrawing draw(const OpGraph& graph,
                                    std::span<const GeneValue> row) const override;

    /// Genes with more choices enter by what they lead to alone.
    static constexpr int most_choices = 16;

  private:
    struct Bits {
        std::size_t column = 0;          ///< of the gene
        std::vector<std::size_t> place;  ///< of each choice, among the flags
    };
    void add_bits(const Place& place);
    [[nodiscard]] std::size_t flag(const std::string& name);

    const Family& family_;
    std::vector<std::string> flags_{"fixed"};
    std::vector<std::vector<Bits>> bits_;  ///< of each place
};

}  // namespace latpred

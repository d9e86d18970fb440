// Which genes decide which operators: the places of a family.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "graphs/op_graph.hpp"
#include "spaces/gene.hpp"

namespace latpred {

class Family;

/// A maximal set of operators (of one unit) that the same genes decide.
struct Place {
    std::string name;          ///< "u2.l1", "edge3", "stem"; unique in the space
    int unit = -1;             ///< searchable unit, -1 outside
    int layer = -1;            ///< first layer within the unit, -1 where that has no meaning
    std::vector<int> columns;  ///< the fewest genes that decide its operators, ascending
    int gate = -1;  ///< the place exists where gene `gate` has at least `gate_from`; -1: always
    GeneValue gate_from = 0;

    bool operator==(const Place&) const = default;
    [[nodiscard]] bool there(std::span<const GeneValue> row) const {
        return gate < 0 || row[static_cast<std::size_t>(gate)] >= gate_from;
    }
};

/// A gene decides an operator if changing it adds or drops the operator, or changes its kind,
/// attributes, shape or the shapes of its inputs. Given a place's genes and the settings, its
/// operators, their shapes, MACs and parameters are fixed. (Which kernels they fuse to may still
/// depend on a neighbour.)
///
/// Every operator but the input is in exactly one place. Operators that no gene decides are the
/// place "fixed" outside units and "u2.fixed" in unit 2. Genes with one choice decide nothing.
class PlaceMap {
  public:
    /// From what the family declares: genes with one choice are left out, and places of one unit
    /// with the same genes become one, under the name of the first.
    explicit PlaceMap(const Family& family);

    [[nodiscard]] std::span<const Place> places() const { return places_; }
    /// Columns of genes of the whole network that change shapes everywhere (resolution), ascending.
    [[nodiscard]] std::span<const int> settings() const { return settings_; }
    /// Number of units: places are of units 0 to units() - 1, or outside.
    [[nodiscard]] std::size_t units() const { return units_; }
    /// Number of the operator's place. ConfigError where the family declares none.
    [[nodiscard]] std::size_t place_of(const Op& op) const;

  private:
    void add(Place place);

    const Family& family_;
    std::vector<Place> places_;
    std::vector<int> settings_;
    std::size_t units_ = 0;
    std::unordered_map<std::string, std::size_t>
        number_;  ///< of the place that holds a declared one
};

}  // namespace latpred

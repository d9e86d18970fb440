// All different parts that networks of a space are made of, and tables over genes that find them.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "graphs/parts.hpp"
#include "predictors/block_table.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Works for every space: which genes a part depends on is found out by changing them one by one,
/// so blocks may depend on genes of other blocks (widths of neighbours).
class PartCatalogue {
  public:
    struct Entry {
        std::string key;    ///< `graph_key` of the graph
        std::string place;  ///< where it was met first
        OpGraph graph;
        bool reachable = true;  ///< whether a network of the (restricted) space has it
    };

    /// ConfigError where a part depends on so many genes that it has more than 4,096 forms, where
    /// it has no network of its own, or where tables do not give back the parts of random networks.
    PartCatalogue(SpacePtr space, PartSize size, Monitor& monitor = Monitor::current());

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] PartSize size() const { return size_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    /// Number of each part of a network, in execution order. LookupError for an unknown part.
    [[nodiscard]] std::vector<std::size_t> parts_of_network(std::span<const GeneValue> row) const;

    /// N x P, row-major: how often each network has each part.
    [[nodiscard]] std::vector<double> counts(const Architectures& archs,
                                             Monitor& monitor = Monitor::current()) const;

    /// Tables whose sum is the sum of `values` (one an entry) over the parts of a network, plus
    /// `constant`. NaN marks entries without a value: LookupError where a reachable one has none;
    /// the others take the largest value of their place.
    [[nodiscard]] std::vector<TableTerm> terms(std::span<const double> values,
                                               double constant) const;

    /// Sums of values by resolution and key of OFA's tables; keys with a part without value are
    /// left out. ConfigError where those tables cannot name a block of the space.
    [[nodiscard]] std::map<int, std::map<std::string, double>>
    ofa_entries(std::span<const double> values) const;

  private:
    struct Table {
        std::string place;
        std::vector<int> columns;
        std::vector<int> parts;  ///< by choices of the columns, the last fastest; -1: no part
    };
    using Row = std::vector<GeneValue>;

    void add_base_rows();
    void find_columns(Monitor& monitor);
    void fill(Table& table, Monitor& monitor);
    int number_of(const OpGraph& graph, const Part& part);
    void mark_reachable();
    void check() const;
    [[nodiscard]] std::map<std::string, std::string> keys_by_place(const Row& row) const;
    [[nodiscard]] double value_of(const Table& table, int part,
                                  std::span<const double> values) const;

    SpacePtr space_;
    PartSize size_;
    std::vector<Row> bases_;
    std::vector<Table> tables_;
    std::vector<Entry> entries_;
    std::map<std::string, int> numbers_;  ///< of keys
};

}  // namespace latpred

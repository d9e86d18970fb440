// Canonical text of gene rows, e.g. "ks=3-5-…;e=3-…;d=2-…;r=160", from tables made once a family.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spaces/gene.hpp"

namespace latpred {

class CanonicalText {
  public:
    /// ConfigError for choices whose text holds a character that separates.
    explicit CanonicalText(const std::vector<Gene>& genes);

    [[nodiscard]] std::string write(std::span<const GeneValue> row) const;

    /// Reads what `write` wrote; false for anything else, be it an architecture or not.
    bool read(std::string_view text, std::span<GeneValue> row) const;

  private:
    struct Column {
        std::vector<std::string> pieces;  ///< of each choice, with what separates it: ";e=3", "-4"
        std::vector<GeneValue> sorted;    ///< by piece; empty where choices are few
    };

    static int find(const Column& column, std::string_view piece);

    std::vector<Column> columns_;
};

}  // namespace latpred

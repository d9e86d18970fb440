// Genotypes as DARTS prints them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace latpred {

struct NdsGenotype {
    using Pair = std::pair<std::string_view, int>;  ///< operation, input
    struct Cell {
        std::vector<Pair> pairs;
        std::vector<int> joined;  ///< nodes that make the output, ascending
    };
    Cell normal;
    Cell reduce;
};

/// Reads "Genotype(normal=[('sep_conv_3x3', 0), …], normal_concat=range(2, 6), reduce=[…],
/// reduce_concat=[2, 3, 4, 5])"; nothing for a text of another form. Names point into the text.
std::optional<NdsGenotype> read_genotype(std::string_view text);

}  // namespace latpred

// What the figures of an audit show.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Latencies of networks that are alike but for one gene, by its choice.
struct GeneLine {
    std::vector<int> choices;      ///< ascending
    std::vector<double> relative;  ///< latency over that of the first
};

struct GeneLines {
    std::vector<GeneLine> lines;
    std::vector<double> expected;  ///< of each choice: median growth of multiply-accumulates over
                                   ///< the lines, from their first network; NaN where none has it
};

/// The first `most` groups, in the order of their other genes, that have two choices of gene
/// `column` or more. ConfigError for a gene that the space does not have.
GeneLines gene_lines(const Architectures& archs, std::span<const double> latency,
                     std::size_t column, std::size_t most);

/// Medians of consecutive stretches of a series.
struct Stretches {
    std::vector<double> centres;  ///< row numbers
    std::vector<double> medians;  ///< NaN where a stretch holds no number
};

/// About `count` stretches, of ten values or more each; NaN are left out.
Stretches stretch_medians(std::span<const double> values, std::size_t count);

/// The median of those that are numbers; NaN where none is.
double known_median(std::span<const double> values);

}  // namespace latpred

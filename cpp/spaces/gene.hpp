// What a gene means: one integer choice of an architecture.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace latpred {

/// A gene stores the *index of its choice*.
using GeneValue = std::int16_t;

struct Gene {
    std::string group;                ///< list in the dict form: "ks", "e", "d", "r"
    int slot = 0;                     ///< place in that list
    int unit = -1;                    ///< -1: of the whole network (resolution)
    int layer = -1;                   ///< -1: of the whole unit (depth)
    std::vector<double> values;       ///< the choices in order
    std::vector<std::string> labels;  ///< the choices as text, where they are no numbers

    /// The gene counts only where gene number `gate` has at least index `gate_from`; -1: always.
    int gate = -1;
    GeneValue gate_from = 0;

    /// Other numbers that the originals accept for a choice, with the index they mean.
    std::vector<std::pair<double, GeneValue>> aliases = {};

    [[nodiscard]] int choices() const {
        return static_cast<int>(labels.empty() ? values.size() : labels.size());
    }
    /// E.g. "ks[3]".
    [[nodiscard]] std::string name() const { return group + "[" + std::to_string(slot) + "]"; }
    /// The choice as text: the label, or the shortest digits that read back the same number.
    [[nodiscard]] std::string text(GeneValue index) const;
};

/// Sets genes that do not count to 0.
void canonicalise(std::span<const Gene> genes, std::span<GeneValue> row);

}  // namespace latpred

// Architectures as text and as lists of choices (the originals' dict form).
#pragma once

#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// A chosen value as users write it: a number, or a label.
using Choice = std::variant<double, std::string>;
/// The dict form: one list a gene group, e.g. {"ks": 20, "e": 20, "d": 5, "r": 1 values}.
using ChoiceLists = std::map<std::string, std::vector<Choice>>;

/// Canonical text, e.g. "ks=3-5-…;e=3-…;d=2-…;r=160".
std::string to_text(const Space& space, std::span<const GeneValue> row);

/// Index of a gene's choice; ArchitectureError, starting with `where`, for a value it has not.
GeneValue choice_index(const Gene& gene, const Choice& choice, const std::string& where);

/// The genes of one dict; ArchitectureError (starting with `where`) for wrong keys, lengths,
/// values. Also of OFA's: "image_size" is the resolution, "wid" may be 0. Lists in which nothing
/// can be chosen may be left out.
std::vector<GeneValue> genes_from_lists(const Space& space, ChoiceLists lists,
                                        const std::string& where);

/// The genes of a row of choices, labels or numbers of choices, as a gene matrix holds them.
std::vector<GeneValue> genes_from_choices(const Space& space, std::span<const Choice> choices,
                                          const std::string& where);

/// Reads canonical text, or a literal of Python or JSON: a dict or a list; nothing is evaluated.
std::vector<GeneValue> genes_from_text(const Space& space, const std::string& text,
                                       const std::string& where);

/// Rows of numbers of choices, or of what they mean where the family tells (`holds_values`).
Architectures architectures_from_matrix(const SpacePtr& space, std::vector<GeneValue> matrix);

/// All rows at once; `where` of row i is "<what> i".
Architectures architectures_from_texts(const SpacePtr& space, std::span<const std::string> texts,
                                       const std::string& what = "architecture");

}  // namespace latpred

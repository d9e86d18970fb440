// What the originals' dicts hold beside, or instead of, the genes.
#pragma once

#include <string>

#include "spaces/text_form.hpp"

namespace latpred {

/// A choice for a message.
std::string shown_choice(const Choice& choice);

/// Makes a dict of OFA's one of the genes: "image_size" is the gene "r" (or must be the space's
/// size), "wid" may be 0, and lists in which nothing can be chosen are added. ArchitectureError,
/// starting with `where`, for other values.
void take_original_keys(const Space& space, ChoiceLists& lists, const std::string& where);

}  // namespace latpred

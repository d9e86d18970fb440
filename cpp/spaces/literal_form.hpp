// Architectures as literals of Python or JSON; nothing is evaluated.
#pragma once

#include <string>
#include <vector>

#include "spaces/text_form.hpp"

namespace latpred {

/// "{'ks': [3, …], …}"; ArchitectureError, starting with `where`, for other texts.
ChoiceLists lists_from_literal(const Space& space, const std::string& text,
                               const std::string& where);

/// "('none', 'skip_connect', …)" or "[0, 1, …]", likewise.
std::vector<Choice> choices_from_literal(const std::string& text, const std::string& where);

}  // namespace latpred

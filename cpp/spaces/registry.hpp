// Spaces by name.
#pragma once

#include <string>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// ConfigError, listing the known names, where there is none such.
SpacePtr make_space(const std::string& name, const FamilyOptions& options);

/// Of the spaces to search; "fbnetv3-published" can be made too.
std::vector<std::string> space_names();

/// A user's own space from its description (JSON, see BlockSpec).
SpacePtr define_space(const std::string& json);

}  // namespace latpred

// Settings of the families whose input size no gene chooses.
#pragma once

#include <string>

#include "spaces/family.hpp"

namespace latpred {

/// Outputs of the classifier where none are asked for, by the size of the input.
struct DefaultClasses {
    int at_32 = 0;   ///< pixels
    int at_224 = 0;  ///< pixels
};

/// The settings as given, with 32 pixels and `classes` where they say nothing. ConfigError,
/// starting with the space's name, for a width or resolutions, and for other inputs than 32 or 224
/// pixels or other outputs than 10, 100, 120 or 1000 classes.
FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            DefaultClasses classes);

}  // namespace latpred

// Settings of the families whose input size no gene chooses.
#pragma once

#include <string>

#include "spaces/family.hpp"

namespace latpred {

/// Outputs of the classifier where none are asked for, by the size of the input.
struct DefaultClasses {
    int at_32 = 0;   ///< pixels
    int at_224 = 0;  ///< pixels
    int at_16 = 0;   ///< pixels; 0 where the space has no such input
};

/// The settings as given, with 32 pixels and `classes` where they say nothing. ConfigError,
/// starting with the space's name, for a width or resolutions, and for other inputs than 32 or 224
/// (or 16) pixels or other outputs than 10, 100, 120 or 1000 classes.
FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            DefaultClasses classes);

/// Input sizes in pixels, and the one where none is asked for.
struct ImageSizes {
    int least = 0;
    int most = 0;
    int step = 1;
    int usual = 0;
};

/// The same for families of other sizes than 32 and 224 pixels, with `classes` at each of them.
FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            const ImageSizes& sizes, int classes);

}  // namespace latpred

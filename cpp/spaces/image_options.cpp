#include "spaces/image_options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

namespace {

void refuse_elastic(const std::string& space, const FamilyOptions& options) {
    if (options.width || options.resolutions || options.depth) {
        throw ConfigError(message(
            space, ": image_size= and classes= expected, no width=, depth= or resolutions="));
    }
}

int known_classes(const std::string& space, int count) {
    if (count != 10 && count != 100 && count != 120 && count != 1000)
        throw ConfigError(message(space, ": ", count, " classes, 10, 100, 120 or 1000 expected"));
    return count;
}

}  // namespace

FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            DefaultClasses classes) {
    refuse_elastic(space, options);
    const int size = options.image_size.value_or(32);
    const bool small = size == 16 && classes.at_16 > 0;
    if (size != 32 && size != 224 && !small) {
        throw ConfigError(message(space, ": image_size ", size, ", ",
                                  classes.at_16 > 0 ? "16, " : "", "32 or 224 expected"));
    }
    const int usual = small ? classes.at_16 : size == 32 ? classes.at_32 : classes.at_224;
    return {{}, {}, size, known_classes(space, options.classes.value_or(usual))};
}

FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            const ImageSizes& sizes, int classes) {
    refuse_elastic(space, options);
    const int size = options.image_size.value_or(sizes.usual);
    if (size < sizes.least || size > sizes.most || size % sizes.step != 0) {
        throw ConfigError(message(space, ": image_size ", size, ", a multiple of ", sizes.step,
                                  " from ", sizes.least, " to ", sizes.most, " expected"));
    }
    return {{}, {}, size, known_classes(space, options.classes.value_or(classes))};
}

}  // namespace latpred

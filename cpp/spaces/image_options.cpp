#include "spaces/image_options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

FamilyOptions image_options(const std::string& space, const FamilyOptions& options,
                            DefaultClasses classes) {
    if (options.width || options.resolutions) {
        throw ConfigError(
            message(space, ": image_size= and classes= expected, no width= or resolutions="));
    }
    const int size = options.image_size.value_or(32);
    if (size != 32 && size != 224)
        throw ConfigError(message(space, ": image_size ", size, ", 32 or 224 expected"));
    const int count = options.classes.value_or(size == 32 ? classes.at_32 : classes.at_224);
    if (count != 10 && count != 100 && count != 120 && count != 1000) {
        throw ConfigError(message(space, ": ", count, " classes, 10, 100, 120 or 1000 expected"));
    }
    return {{}, {}, size, count};
}

}  // namespace latpred

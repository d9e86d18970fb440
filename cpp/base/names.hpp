// What a name that is none of the known ones may have been meant as.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latpred {

/// "; did you mean 'macs'?" for the end of a message, or "" where no known name is near: at a small
/// edit distance of the one given, or with it inside. Case, '-' and '_' make no difference.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

/// The same for a range of whatever names are made of.
template <class Range>
std::string did_you_mean(std::string_view given, const Range& known) {
    std::vector<std::string> names;
    for (const auto& name : known)
        names.emplace_back(name);
    return did_you_mean(given, names);
}

}  // namespace latpred

// Building messages: gcc 12 has no std::format.
#pragma once

#include <sstream>
#include <string>

namespace latpred {

/// All arguments streamed one after the other.
template <class... Parts>
std::string message(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

/// The items of a range, separated by `separator`.
template <class Range>
std::string join(const Range& items, const std::string& separator = ", ") {
    std::ostringstream out;
    bool first = true;
    for (const auto& item : items) {
        if (!first)
            out << separator;
        out << item;
        first = false;
    }
    return out.str();
}

}  // namespace latpred

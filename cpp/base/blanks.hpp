// Blanks around a text.
#pragma once

#include <string_view>

namespace latpred {

/// Without the blanks around it.
inline std::string_view stripped(std::string_view text, std::string_view blanks = " \t\r\n") {
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

}  // namespace latpred

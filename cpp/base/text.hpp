// Building messages: gcc 12 has no std::format.
#pragma once

#include <locale>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace latpred {

/// All arguments streamed one after the other, numbers as in C whatever the process's locale.
template <class... Parts>
std::string message(const Parts&... parts) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    (out << ... << parts);
    return out.str();
}

/// The items of a range, separated by `separator`.
template <class Range>
std::string join(const Range& items, const std::string& separator = ", ") {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    bool first = true;
    for (const auto& item : items) {
        if (!first)
            out << separator;
        out << item;
        first = false;
    }
    return out.str();
}

/// The first `most` items of a range, "and 7 more" behind them where there are more.
template <class Range>
std::string join_few(const Range& items, std::size_t most = 8,
                     const std::string& separator = ", ") {
    std::vector<std::string> shown;
    std::size_t count = 0;
    for (const auto& item : items) {
        if (count++ < most)
            shown.push_back(message(item));
    }
    const std::string text = join(shown, separator);
    return count > most ? message(text, " and ", count - most, " more") : text;
}

/// A text from outside, fit for a message: control characters and broken UTF-8 become '?', and
/// what is beyond `most` bytes becomes "…".
std::string excerpt(std::string_view text, std::size_t most = 60);

}  // namespace latpred

#include "base/text.hpp"

#include "base/bounded.hpp"

namespace latpred {
namespace {

/// Bytes of the UTF-8 character at the front of `text`; 0 where there is none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    const std::size_t bytes = first < 0x80                     ? 1
                              : first >= 0xC2 && first < 0xE0  ? 2
                              : first >= 0xE0 && first < 0xF0  ? 3
                              : first >= 0xF0 && first <= 0xF4 ? 4
                                                               : 0;
    if (bytes == 0 || bytes > text.size())
        return 0;
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    if (bytes < 3)
        return bytes;
    // No overlong forms, no surrogates, nothing beyond U+10FFFF.
    const unsigned second = byte(1);
    const bool refused = (first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) ||
                         (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
    return refused ? 0 : bytes;
}

std::string cut(std::string_view text, std::size_t most, bool lines) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t bytes = character_bytes(text);
        if (shown.size() + (bytes == 0 ? 1 : bytes) > most)
            return shown + "…";
        const auto first = static_cast<unsigned char>(text.front());
        const bool control = first < 0x20 && !(lines && first == '\n');
        if (bytes == 0 || control || first == 0x7F)
            shown += '?';
        else
            shown += text.substr(0, bytes);
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return shown;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t most) {
    return cut(text, most, false);
}

std::string bounded(std::string_view text, std::size_t most) {
    return cut(text, most, true);
}

}  // namespace latpred

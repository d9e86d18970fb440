// Numbers as text and back: the shortest text that reads back the same, whatever the locale.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace latpred {

template <class T>
concept Number = (std::integral<T> || std::floating_point<T>) && !std::same_as<T, bool>;

template <Number T>
std::string number_text(T value) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// The number that the whole text is; nothing where it is none, or beyond the type. No blanks, no
/// sign before '+', no hexadecimal; "inf" and "nan" are numbers.
template <Number T>
std::optional<T> parse_number(std::string_view text) {
    T value{};
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);  // NOLINT: it stops at `end`
    if (text.empty() || result.ec != std::errc() || result.ptr != end)
        return std::nullopt;
    return value;
}

/// `value` as a whole number of the type; nothing for fractions, NaN and what is beyond it.
template <std::integral T>
std::optional<T> whole_number(double value) {
    constexpr int bits = std::numeric_limits<T>::digits;
    const double end = std::ldexp(1.0, bits);  // the type's greatest number plus 1
    const double least = std::is_signed_v<T> ? -end : 0.0;
    if (!(value >= least && value < end) || value != std::trunc(value))
        return std::nullopt;
    return static_cast<T>(value);
}

}  // namespace latpred

#include "base/device_text.hpp"

#include <algorithm>
#include <optional>
#include <regex>

namespace latpred {
namespace {

constexpr std::size_t longest_device_text = 256;

/// Where the runtime ends, and what follows up to the number of threads; none for another text.
struct DeviceWords {
    std::size_t runtime_end;
    std::string runtime;
    std::string middle;  ///< program, where it is named, and mode
};

std::optional<DeviceWords> device_words(std::string_view text) {
    static const std::regex form(
        "(?:[A-Za-z0-9._-]+:)?(libtorch-cuda|libtorch|onnxruntime|openvino|command|python)-"
        "([a-z-]+)-t[0-9]+-b[0-9]+-(?:fp32|fp16|bf16|int8|int8-dynamic)");
    if (text.size() > longest_device_text)
        return std::nullopt;
    std::cmatch found;
    if (!std::regex_match(text.data(), text.data() + text.size(), found, form))
        return std::nullopt;
    const auto end = static_cast<std::size_t>(found.position(1) + found.length(1));
    return DeviceWords{end, found.str(1), found.str(2)};
}

}  // namespace

std::string current_device_text(std::string_view text) {
    std::string current(text);
    const auto words = device_words(text);
    if (!words || !words->runtime.starts_with("libtorch"))
        return current;
    const bool named = std::ranges::any_of(libtorch_programs, [&](std::string_view program) {
        return words->middle.starts_with(std::string(program) + "-");
    });
    if (!named)
        current.insert(words->runtime_end, "-" + std::string(libtorch_programs.front()));
    return current;
}

bool is_device_text(std::string_view text) {
    return device_words(text).has_value();
}

bool different_devices(std::string_view first, std::string_view second) {
    return !first.empty() && !second.empty() &&
           current_device_text(first) != current_device_text(second);
}

}  // namespace latpred

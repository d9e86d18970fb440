#include "networks/ofa_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/text.hpp"

namespace latpred {
namespace {

/// An operator and the module that it is a part of. A convolution and its batch norm are the
/// module's "conv" and "bn", unless the module is a plain layer.
struct OfaModule {
    std::string_view op;
    std::string_view module;
    bool plain = false;
};

constexpr std::array<OfaModule, 6> mobile_outside{{
    {"first_conv", "first_conv"},
    {"first_block.depthwise", "blocks.0.conv.depth_conv"},
    {"first_block.project", "blocks.0.conv.point_linear"},
    {"final_expand", "final_expand_layer"},
    {"feature_mix", "feature_mix_layer"},
    {"classifier", "classifier.linear", true},
}};

constexpr std::array<OfaModule, 5> mobile_block{{
    {"expand", "conv.inverted_bottleneck"},
    {"depthwise", "conv.depth_conv"},
    {"se.reduce", "conv.depth_conv.se.fc.reduce", true},
    {"se.expand", "conv.depth_conv.se.fc.expand", true},
    {"project", "conv.point_linear"},
}};

constexpr std::array<OfaModule, 4> resnet_outside{{
    {"stem.first", "input_stem.0"},
    {"stem.block", "input_stem.1.conv"},
    {"stem.last", "input_stem.2"},
    {"classifier", "classifier.linear", true},
}};

constexpr std::array<OfaModule, 4> resnet_block{{
    {"reduce", "conv1"},
    {"conv", "conv2"},
    {"expand", "conv3"},
    {"shortcut", "downsample"},
}};

struct OfaFamily {
    std::string_view name;
    std::span<const OfaModule> outside;
    std::span<const OfaModule> block;
    std::array<int, 6> first_block;  ///< number of each unit's first block
};

constexpr std::array<OfaFamily, 3> ofa_families{{
    {"ofa-mobilenetv3", mobile_outside, mobile_block, {1, 5, 9, 13, 17, 21}},
    {"ofa-proxyless", mobile_outside, mobile_block, {1, 5, 9, 13, 17, 21}},
    {"ofa-resnet50", resnet_outside, resnet_block, {0, 4, 8, 14, 18, 18}},
}};

/// The module's name of "expand.bn.weight" in a table; nothing where the operator is unknown.
std::optional<std::string> in_module(std::span<const OfaModule> modules, std::string_view name) {
    for (const OfaModule& known : modules) {
        if (!name.starts_with(known.op) || !name.substr(known.op.size()).starts_with('.'))
            continue;
        std::string_view rest = name.substr(known.op.size());  // ".weight" or ".bn.weight"
        const bool norm = rest.starts_with(".bn.");
        if (norm)
            rest.remove_prefix(3);
        if (known.plain)
            return norm ? std::nullopt : std::optional(message(known.module, rest));
        return ofa_spelling(message(known.module, norm ? ".bn" : ".conv", rest));
    }
    return std::nullopt;
}

/// Takes "u2.l1." off; nothing where the name does not start so.
std::optional<std::pair<int, int>> take_place(std::string_view& name) {
    int unit = 0;
    int layer = 0;
    const char* end = name.data() + name.size();
    if (!name.starts_with('u'))
        return std::nullopt;
    const auto [behind_unit, no_unit] = std::from_chars(name.data() + 1, end, unit);
    if (no_unit != std::errc() || end - behind_unit < 3 || behind_unit[1] != 'l')
        return std::nullopt;
    const auto [behind_layer, no_layer] = std::from_chars(behind_unit + 2, end, layer);
    if (no_layer != std::errc() || behind_layer == end)
        return std::nullopt;
    name.remove_prefix(static_cast<std::size_t>(behind_layer + 1 - name.data()));
    return std::pair(unit, layer);
}

}  // namespace

std::string ofa_spelling(std::string_view name) {
    std::string spelled;
    std::string_view last;
    while (!name.empty()) {
        const std::size_t length = std::min(name.find('.'), name.size());
        std::string_view part = name.substr(0, length);
        name.remove_prefix(std::min(length + 1, name.size()));
        if (part == "mobile_inverted_conv")
            part = "conv";
        if (part == last)
            continue;
        if (!spelled.empty())
            spelled += '.';
        spelled += part;
        last = part;
    }
    return spelled;
}

bool is_ofa_name(std::string_view name) {
    return name.starts_with("blocks.");
}

std::optional<std::string> ofa_name(const std::string& family, std::string_view name) {
    const auto* const found = std::ranges::find(ofa_families, family, &OfaFamily::name);
    if (found == ofa_families.end())
        return std::nullopt;
    const auto place = take_place(name);
    if (!place)
        return in_module(found->outside, name);
    const auto [unit, layer] = *place;
    if (unit < 0 || unit >= static_cast<int>(found->first_block.size()))
        return std::nullopt;
    const std::optional<std::string> module = in_module(found->block, name);
    if (!module)
        return std::nullopt;
    return message("blocks.", found->first_block[static_cast<std::size_t>(unit)] + layer, ".",
                   *module);
}

}  // namespace latpred

#include "profiling/original_forms.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/ofa_resnet50.hpp"

namespace latpred {
namespace {

constexpr const char* original_resnet = "ofa-resnet50";

std::string six_decimals(double value) {
    std::array<char, 64> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 6);
    return {text.data(), end.ptr};
}

/// The value of the block's gene of a group; nothing where none of its genes is of that group.
std::optional<double> value_of(const Space& space, const Block& block, const std::string& group) {
    for (const auto& [column, index] : block.choices) {
        const Gene& gene = space.genes()[as_index(column)];
        if (gene.group == group && gene.labels.empty())
            return gene.values[as_index(index)];
    }
    return std::nullopt;
}

struct KernelExpand {
    double kernel;
    double expand;
};

/// Of blocks that are a kernel and an expansion and nothing else.
std::optional<KernelExpand> kernel_expand(const Space& space, const Block& block) {
    const auto kernel = value_of(space, block, "ks");
    const auto expand = value_of(space, block, "e");
    if (block.choices.size() != 2 || !kernel || !expand)
        return std::nullopt;
    return KernelExpand{*kernel, *expand};
}

int whole(double value, const char* what) {
    const auto number = whole_number<std::int32_t>(value);
    if (!number) {
        throw ConfigError(message("block profile: ", what, " of a spec is ", number_text(value),
                                  ", a whole number expected"));
    }
    return *number;
}

ReadSpec read_resnet_spec(const std::vector<double>& spec) {
    const std::size_t size = spec.size();
    if (size == 2 && spec[0] == 0)
        return {.gene = "d[0]", .value = spec[1] <= 0 ? 0.0 : 2.0};
    if (size == 3 && spec[0] == 1) {
        const int stem = whole(spec[1], "the stem");
        if (stem == 0 || stem == 1)
            return {.gene = message("w[", stem, "]"), .value = spec[2]};
    }
    if (size == 5 && spec[0] != 0 && spec[0] != 1) {
        return {.unit = whole(spec[1], "the unit"),
                .layer = whole(spec[2], "the layer"),
                .values = {{"w", spec[4]}, {"e", spec[3]}}};
    }
    throw ConfigError("block profile: a spec of ofa-resnet50 is [0, depth of the stem], [1, stem 0 "
                      "or 1, width index] or [2, unit, layer, ratio, width index]");
}

}  // namespace

bool is_original_resnet(const Space& space) {
    return space.family().name() == original_resnet;
}

std::string original_label(const Space& space, const Site& site, const Block& block) {
    if (is_original_resnet(space)) {
        const int width = static_cast<int>(value_of(space, block, "w").value_or(0));
        return message("U", site.unit, " with ", OfaResNet50::channels(site.unit + 2, width),
                       " C and L", site.layer, " with ratio ",
                       six_decimals(value_of(space, block, "e").value_or(0)));
    }
    const std::string where = message("Unit ", site.unit, " Layer ", site.layer, " as ");
    if (const auto found = kernel_expand(space, block)) {
        const std::string kernel = number_text(found->kernel);
        return message(where, "MBConv", number_text(found->expand), "_", kernel, "x", kernel);
    }
    return message(where, block.name);
}

std::string original_label(const Space& space, int column, GeneValue index) {
    const Gene& gene = space.genes()[as_index(column)];
    if (is_original_resnet(space) && gene.unit < 0 && gene.group == "d")
        return index == 0 ? "Stem skipping enabled" : "Stem skipping disabled";
    if (is_original_resnet(space) && gene.unit < 0 && gene.group == "w") {
        return message("Stem ", gene.slot + 1, " with channels ",
                       OfaResNet50::channels(gene.slot, index));
    }
    return message(gene.name(), " as ", gene.text(index));
}

std::vector<double> original_spec(const Space& space, const Site& site, const Block& block) {
    const double unit = site.unit;
    const double layer = site.layer;
    if (is_original_resnet(space)) {
        return {2, unit, layer, value_of(space, block, "e").value_or(0),
                value_of(space, block, "w").value_or(0)};
    }
    if (const auto found = kernel_expand(space, block))
        return {unit, layer, found->kernel, found->expand};
    return {};
}

std::vector<double> original_spec(const Space& space, int column, GeneValue index) {
    const Gene& gene = space.genes()[as_index(column)];
    if (!is_original_resnet(space) || gene.unit >= 0)
        return {};
    const double value = gene.values[as_index(index)];
    if (gene.group == "d")
        return {0, value};
    return gene.group == "w" ? std::vector<double>{1, static_cast<double>(gene.slot), value}
                             : std::vector<double>{};
}

ReadSpec read_spec(const Space& space, const std::vector<double>& spec) {
    if (is_original_resnet(space))
        return read_resnet_spec(spec);
    if (spec.size() != 4 && spec.size() != 5) {
        throw ConfigError(message("block profile: a spec of ", space.name(), " has ", spec.size(),
                                  " numbers, [unit, layer, kernel, expand] or [unit, layer, "
                                  "kernel, expand, resolution] expected"));
    }
    return {.unit = whole(spec[0], "the unit"),
            .layer = whole(spec[1], "the layer"),
            .values = {{"ks", spec[2]}, {"e", spec[3]}},
            .resolution = spec.size() == 5 ? spec[4] : 0};
}

std::vector<std::pair<int, GeneValue>> original_stem_fixes(const Space& space) {
    std::vector<std::pair<int, GeneValue>> fixes;
    if (!is_original_resnet(space))
        return fixes;
    for (const char* group : {"d", "w"}) {
        for (std::size_t column = 0; column < space.gene_count(); ++column) {
            const Gene& gene = space.genes()[column];
            if (gene.unit >= 0 || gene.group != group)
                continue;
            for (const GeneValue index : space.allowed(column)) {
                // Indices 0 and 1 of the first stem are both 24 channels.
                const bool twin = gene.group == "w" && index > 0 &&
                                  OfaResNet50::channels(gene.slot, index) ==
                                      OfaResNet50::channels(gene.slot, index - 1);
                if (!twin)
                    fixes.emplace_back(static_cast<int>(column), index);
            }
        }
    }
    return fixes;
}

}  // namespace latpred

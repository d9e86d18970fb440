#include "encodings/one_hot.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// Whether each step of gene `column` activates another gene, so that zeros tell its value.
bool is_switch(const std::vector<Gene>& genes, std::size_t column) {
    std::set<GeneValue> steps;
    for (const Gene& gene : genes) {
        if (gene.gate == static_cast<int>(column) && gene.gate_from > 0)
            steps.insert(gene.gate_from);
    }
    return static_cast<int>(steps.size()) + 1 == genes[column].choices() && !steps.empty();
}

/// Whether its bit would always be 1 (the depth of Proxyless' last stage). The resolution stays.
bool is_fixed(const Gene& gene) {
    return gene.choices() == 1 && gene.gate < 0 && gene.group != "r";
}

bool is_ofa_resolution(const Space& space, const Gene& gene) {
    return gene.group == "r" && space.family().options().resolutions.has_value() &&
           space.family().definition().empty();
}

/// Columns of the genes in the order of OFA's encoders.
std::vector<std::size_t> ofa_order(const Space& space) {
    static constexpr std::array<const char*, 5> groups{"r", "d", "w", "ks", "e"};
    std::vector<std::size_t> columns;
    for (const char* group : groups) {
        for (std::size_t column = 0; column < space.gene_count(); ++column) {
            if (space.genes()[column].group == group)
                columns.push_back(column);
        }
    }
    if (columns.size() != space.gene_count() || !space.family().definition().empty()) {
        throw ConfigError(message("ofa-one-hot: a space of the OFA families expected, got ",
                                  space.description(), "; 'one-hot' takes every space"));
    }
    return columns;
}

std::vector<std::size_t> gene_order(const Space& space, OneHot::Layout layout) {
    if (layout == OneHot::Layout::ofa)
        return ofa_order(space);
    std::vector<std::size_t> columns(space.gene_count());
    std::iota(columns.begin(), columns.end(), std::size_t{0});
    return columns;
}

std::vector<std::size_t> bins_of(const Gene& gene) {
    std::vector<std::size_t> position;
    for (double pixels : gene.values) {
        const int bin = (static_cast<int>(pixels) - OneHot::first_bin) / OneHot::bin_width;
        if (pixels < OneHot::first_bin || bin >= OneHot::bins) {
            throw ConfigError(
                message("one-hot: resolution ", pixels, ", ", OneHot::first_bin, " to ",
                        OneHot::first_bin + OneHot::bins * OneHot::bin_width - 1, " expected"));
        }
        position.push_back(static_cast<std::size_t>(bin));
    }
    return position;
}

}  // namespace

OneHot::OneHot(SpacePtr space, Layout layout) : Encoding(std::move(space)) {
    const std::vector<Gene>& genes = this->space().genes();
    for (std::size_t column : gene_order(this->space(), layout)) {
        if (!is_switch(genes, column) && !is_fixed(genes[column])) {
            add_group(column,
                      layout == Layout::genes && is_ofa_resolution(this->space(), genes[column]));
        }
    }
}

void OneHot::add_group(std::size_t column, bool binned) {
    const Gene& gene = space().genes()[column];
    Group group;
    group.column = column;
    group.first = features_;
    group.binned = binned;
    if (binned) {
        group.position = bins_of(gene);
        group.width = bins;
    } else {
        group.width = static_cast<std::size_t>(gene.choices());
        group.position.resize(group.width);
        std::iota(group.position.begin(), group.position.end(), std::size_t{0});
    }
    const bool gated = gene.gate >= 0;
    group.gate = gated ? static_cast<std::size_t>(gene.gate) : column;
    group.gate_from = gated ? gene.gate_from : std::numeric_limits<GeneValue>::min();
    features_ += group.width;
    if (binned) {
        binned_.push_back(groups_.size());
    } else {
        writes_.push_back({static_cast<std::int32_t>(column),
                           static_cast<std::int32_t>(group.first),
                           static_cast<std::int32_t>(group.gate), group.gate_from});
    }
    groups_.push_back(std::move(group));
}

void OneHot::write(const Architectures& archs, std::span<float> out) const {
    const std::size_t columns = archs.columns();
    const GeneValue* row = archs.genes().data();
    float* target = out.data();
    Pulse pulse(4096);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        std::fill_n(target, features_, 0.0F);
        // Inactive genes are 0: their first bit stays 0, without a branch.
        for (const Write& w : writes_)
            target[w.first + row[w.column]] = row[w.gate] >= w.gate_from ? 1.0F : 0.0F;
        for (std::size_t number : binned_) {
            const Group& group = groups_[number];
            const auto choice = static_cast<std::size_t>(row[group.column]);
            target[group.first + group.position[choice]] = 1.0F;
        }
        row += columns;
        target += features_;
    }
}

std::vector<std::string> OneHot::feature_names() const {
    std::vector<std::string> names;
    for (const Group& group : groups_) {
        const Gene& gene = space().genes()[group.column];
        for (std::size_t bit = 0; bit < group.width; ++bit) {
            const std::string choice = group.binned ? message(first_bin + bin_width * bit)
                                                    : gene.text(static_cast<GeneValue>(bit));
            names.push_back(gene.name() + "=" + choice);
        }
    }
    return names;
}

GeneValue OneHot::decode_choice(const Group& group, std::size_t bit, std::size_t row) const {
    if (!group.binned)
        return static_cast<GeneValue>(bit);
    const Gene& gene = space().genes()[group.column];
    const double pixels = first_bin + bin_width * static_cast<double>(bit);
    std::vector<double> sharing;
    GeneValue choice = 0;
    for (std::size_t i = 0; i < group.position.size(); ++i) {
        if (group.position[i] != bit)
            continue;
        sharing.push_back(gene.values[i]);
        choice = static_cast<GeneValue>(i);
    }
    if (sharing.empty()) {
        throw DataError(message("decode: row ", row, ": resolution ", pixels, " is not in ",
                                space().description()));
    }
    if (sharing.size() > 1 || sharing.front() != pixels) {
        throw ArchitectureError(
            message("decode: row ", row, ": resolution bin ", pixels, " stands for ", join(sharing),
                    " in ", space().description(), "; only multiples of 16 can be decoded"));
    }
    return choice;
}

void OneHot::decode_switches(std::span<GeneValue> genes, const std::vector<bool>& active,
                             std::size_t row) const {
    for (const Group& group : groups_) {
        if (group.gate != group.column && active[group.column])
            genes[group.gate] = std::max(genes[group.gate], group.gate_from);
    }
    for (const Group& group : groups_) {
        const bool expected = genes[group.gate] >= group.gate_from;
        if (active[group.column] == expected)
            continue;
        throw DataError(message(
            "decode: row ", row, ", columns ", group.first, " to ", group.first + group.width - 1,
            " (", space().genes()[group.column].name(),
            "): ", expected ? "one 1 expected, all are 0" : "zeros of a skipped block expected"));
    }
}

void OneHot::decode_row(std::span<const float> values, std::span<GeneValue> genes,
                        std::size_t row) const {
    std::vector<bool> active(genes.size(), false);
    for (const Group& group : groups_) {
        std::size_t ones = 0;
        std::size_t hot = 0;
        bool binary = true;
        for (std::size_t bit = 0; bit < group.width; ++bit) {
            const float value = values[group.first + bit];
            binary = binary && (value == 0.0F || value == 1.0F);
            if (value == 1.0F) {
                ++ones;
                hot = bit;
            }
        }
        if (!binary || ones > 1) {
            const auto shown = values.subspan(group.first, group.width);
            throw DataError(message("decode: row ", row, ", columns ", group.first, " to ",
                                    group.first + group.width - 1, " (",
                                    space().genes()[group.column].name(), "): ", join(shown, " "),
                                    " is not one-hot"));
        }
        active[group.column] = ones == 1;
        if (ones == 1)
            genes[group.column] = decode_choice(group, hot, row);
    }
    decode_switches(genes, active, row);
}

Architectures OneHot::decode(std::span<const float> values) const {
    if (values.size() % features_ != 0) {
        throw DataError(message("decode: ", values.size(), " values do not fill rows of ",
                                features_, " features"));
    }
    const std::size_t columns = space().gene_count();
    const std::size_t count = values.size() / features_;
    std::vector<GeneValue> genes(count * columns);
    Pulse pulse(1024);
    for (std::size_t i = 0; i < count; ++i) {
        pulse();
        decode_row(values.subspan(i * features_, features_),
                   std::span(genes).subspan(i * columns, columns), i);
    }
    return {space_ptr(), std::move(genes)};
}

}  // namespace latpred

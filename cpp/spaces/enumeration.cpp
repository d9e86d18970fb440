#include "spaces/enumeration.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/memory_limit.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "spaces/listing.hpp"

namespace latpred {
namespace {

constexpr std::uint64_t most_listed = 65536;  // of one part; more are worked out by case
constexpr std::size_t most_swaps = 12;        // of one part

Natural total(const std::vector<Natural>& sizes) {
    Natural product = 1;
    for (const Natural& size : sizes)
        product *= size;
    return product;
}

std::vector<Swap> swaps_of(const Space& space, const SpacePart& part) {
    std::vector<Swap> swaps;
    for (const Swap& swap : space.family().swaps()) {
        if (std::ranges::binary_search(part.columns, as_index(swap.first.front())))
            swaps.push_back(swap);
    }
    return swaps;
}

/// Rows that `swaps` map to each other count once: by Burnside's lemma their number is the mean
/// over all sets of swaps of how many rows those leave as they are.
Natural size_of(const Space& space, const SpacePart& part) {
    const std::vector<Swap> swaps = swaps_of(space, part);
    if (swaps.size() > most_swaps) {
        throw ConfigError(message("space ", space.name(), ": its bans tie ", swaps.size(),
                                  " pairs of genes that may change places, at most ", most_swaps,
                                  " expected to be counted"));
    }
    Natural size;
    for (std::size_t set = 0; set < std::size_t{1} << swaps.size(); ++set) {
        std::vector<Coupling> same;
        for (std::size_t k = 0; k < swaps.size(); ++k) {
            if ((set >> k & 1U) == 0)
                continue;
            for (Coupling& coupling : couplings_of(swaps[k], space.genes()))
                same.push_back(std::move(coupling));
        }
        for (const PartCase& one : cases_of(space, part, same))
            size += count(one, space);
    }
    for (std::size_t k = 0; k < swaps.size(); ++k)
        size.halve();
    return size;
}

/// The listed rows of a part that are in canonical form.
std::vector<GeneValue> ordered(std::vector<GeneValue> listed, const Space& space,
                               const SpacePart& part) {
    const std::vector<Swap> swaps = swaps_of(space, part);
    if (swaps.empty())
        return listed;
    const std::size_t width = part.columns.size();
    std::vector<GeneValue> kept;
    std::vector<GeneValue> row(space.gene_count());
    for (std::size_t begin = 0; begin < listed.size(); begin += width) {
        for (std::size_t k = 0; k < width; ++k)
            row[part.columns[k]] = listed[begin + k];
        if (std::ranges::all_of(swaps, [&](const Swap& swap) { return in_order(swap, row); }))
            kept.insert(kept.end(), listed.begin() + static_cast<std::ptrdiff_t>(begin),
                        listed.begin() + static_cast<std::ptrdiff_t>(begin + width));
    }
    return kept;
}

}  // namespace

std::vector<Natural> part_sizes(const Space& space) {
    std::vector<Natural> sizes;
    for (const SpacePart& part : parts_of(space))
        sizes.push_back(size_of(space, part));
    return sizes;
}

Natural space_size(const Space& space) {
    return total(part_sizes(space));
}

Enumeration::Enumeration(SpacePtr space, std::size_t limit) : space_(std::move(space)) {
    const std::vector<Natural> sizes = part_sizes(*space_);
    const Natural all = total(sizes);
    if (all.exceeds(limit)) {
        throw ConfigError(message("enumerate: ", space_->name(), " holds ", all.text(),
                                  " architectures, more than ", limit,
                                  "; sample or search it instead"));
    }
    size_ = *all.word();
    if (size_ == 0)
        return;
    std::vector<SpacePart> parts = parts_of(*space_);
    for (std::size_t k = 0; k < parts.size(); ++k) {
        Choices choices{std::move(parts[k]), *sizes[k].word(), {}, {}, {}};
        choices.cases = cases_of(*space_, choices.part);
        const bool tied =
            !swaps_of(*space_, choices.part).empty() ||
            std::ranges::any_of(choices.cases, [](const PartCase& c) { return !c.bans.empty(); });
        if (tied || choices.size <= most_listed) {
            choices.listed = ordered(list_choices(choices.cases, *space_), *space_, choices.part);
        } else {
            std::uint64_t end = 0;
            for (const PartCase& one : choices.cases)
                choices.ends.push_back(end += *count(one, *space_).word());
        }
        parts_.push_back(std::move(choices));
    }
}

void Enumeration::write(const Choices& choices, std::uint64_t number, std::span<GeneValue> row) {
    const std::vector<std::size_t>& columns = choices.part.columns;
    if (!choices.listed.empty()) {
        const GeneValue* from = choices.listed.data() + number * columns.size();
        for (std::size_t k = 0; k < columns.size(); ++k)
            row[columns[k]] = from[k];
        return;
    }
    const auto found = std::ranges::upper_bound(choices.ends, number);
    const auto which = static_cast<std::size_t>(found - choices.ends.begin());
    const PartCase& one = choices.cases[which];
    std::uint64_t rest = number - (which == 0 ? 0 : choices.ends[which - 1]);
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const CaseGene& gene = one.genes[k];
        if (gene.source >= 0)
            continue;
        row[columns[k]] = gene.choices[rest % gene.choices.size()];
        rest /= gene.choices.size();
    }
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const CaseGene& gene = one.genes[k];
        if (gene.source >= 0)
            row[columns[k]] = gene.image[static_cast<std::size_t>(
                row[columns[static_cast<std::size_t>(gene.source)]])];
    }
}

Architectures Enumeration::slice(std::size_t begin, std::size_t end) const {
    require_memory("enumerate", end - begin, "architectures",
                   static_cast<double>(space_->gene_count() * sizeof(GeneValue)));
    Architectures rows(space_, end - begin);
    Pulse pulse(4096);
    for (std::size_t i = begin; i < end; ++i) {
        pulse();
        std::uint64_t rest = i;
        for (const Choices& choices : parts_) {
            write(choices, rest % choices.size, rows.mutable_row(i - begin));
            rest /= choices.size;
        }
    }
    return rows;
}

Architectures enumerate(const SpacePtr& space, std::size_t limit) {
    const Enumeration all(space, limit);
    return all.slice(0, all.size());
}

}  // namespace latpred

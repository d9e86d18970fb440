#include "spaces/enumeration.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "spaces/listing.hpp"

namespace latpred {
namespace {

constexpr std::uint64_t most_listed = 65536;  // of one part; more are worked out by case

Natural total(const std::vector<Natural>& sizes) {
    Natural product = 1;
    for (const Natural& size : sizes)
        product *= size;
    return product;
}

}  // namespace

std::vector<Natural> part_sizes(const Space& space) {
    std::vector<Natural> sizes;
    for (const SpacePart& part : parts_of(space)) {
        Natural size;
        for (const PartCase& one : cases_of(space, part))
            size += count(one, space);
        sizes.push_back(std::move(size));
    }
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
        const bool banned =
            std::ranges::any_of(choices.cases, [](const PartCase& c) { return !c.bans.empty(); });
        if (banned || choices.size <= most_listed) {
            choices.listed = list_choices(choices.cases, *space_);
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

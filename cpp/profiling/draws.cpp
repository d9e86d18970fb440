#include "profiling/draws.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/memory_limit.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "spaces/ban_groups.hpp"

namespace latpred {
namespace {

constexpr int placement_attempts = 1000;
constexpr std::size_t draw_grain = 1024;

void keep_if(std::vector<GeneValue>& choices, const auto& holds) {
    std::erase_if(choices, [&](GeneValue choice) { return !holds(choice); });
}

/// Every slot uniformly, then couplings; bans are looked at later.
void draw_slots(const Space& space, Rng& rng, std::span<GeneValue> row) {
    for (std::size_t column = 0; column < row.size(); ++column)
        row[column] = space.draw_gene(rng, column);
    space.couple(row);
}

void check_count(const Space& space, std::size_t count, std::size_t times) {
    constexpr std::size_t most = std::size_t{1} << 28U;
    if (count > most / std::max<std::size_t>(times, 1)) {
        throw ConfigError(message("block profile: ", count, " samples, ", times,
                                  " times over, are more than memory is planned for, ", most,
                                  " networks at most expected"));
    }
    require_memory("block profile", count * times, "networks",
                   static_cast<double>(space.gene_count() * sizeof(GeneValue)));
}

Rng base_stream(std::uint64_t seed, std::size_t number) {
    return {seed, "block profile", number};
}

using BanGroups = std::vector<std::vector<const Ban*>>;

/// Draws a row, makes it fit by `put`, and redraws what bans refuse, group by group, as drawing
/// from the space does.
void draw_accepted(const Space& space, const BanGroups& groups, Rng& slots,
                   std::span<GeneValue> row, const auto& put) {
    draw_slots(space, slots, row);
    put(row);
    for (const std::vector<const Ban*>& group : groups) {
        const auto met = [&](const Ban* ban) { return space.meets(row, *ban); };
        for (int attempt = 0; std::ranges::any_of(group, met); ++attempt) {
            if (attempt == placement_attempts) {
                throw ConfigError(message("block profile: the bans of ", space.name(),
                                          " leave hardly any network (", placement_attempts,
                                          " draws failed)"));
            }
            for (const Ban* ban : group) {
                for (const auto& choice : *ban)
                    row[as_index(choice.first)] = space.draw_gene(slots, as_index(choice.first));
            }
            space.couple(row);
            put(row);
        }
    }
    space.canonicalise(row);
}

}  // namespace

PlacementDraw::PlacementDraw(const Space& space, const Placement& placement, Estimand estimand)
    : space_(space), floors_(space.gene_count(), 0) {
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const auto allowed = space.allowed(column);
        allowed_.emplace_back(allowed.begin(), allowed.end());
    }
    narrow(placement);
    for (const Floor& floor : placement.floors) {
        auto& choices = allowed_[as_index(floor.gate)];
        if (estimand == Estimand::conditional) {
            keep_if(choices, [&](GeneValue choice) { return choice >= floor.exists; });
        } else {
            GeneValue& least = floors_[as_index(floor.gate)];
            least = std::max(least, floor.legacy);
            if (!choices.empty() && choices.back() < least)
                choices.clear();
        }
    }
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        if (allowed_[column].size() < space.allowed(column).size())
            changed_.push_back(column);
    }
}

bool PlacementDraw::possible() const {
    return std::ranges::none_of(changed_, [&](std::size_t c) { return allowed_[c].empty(); });
}

void PlacementDraw::narrow(const Placement& placement) {
    const auto known = [&](int column) {
        return column >= 0 && as_index(column) < space_.gene_count();
    };
    if (!std::ranges::all_of(placement.choices, known, [](const auto& c) { return c.first; }) ||
        !std::ranges::all_of(placement.floors, known, &Floor::gate)) {
        throw SchemaError(message("block profile: ", excerpt(placement.name, 200),
                                  " is of another space than ", space_.name()));
    }
    for (const auto& [column, index] : placement.choices)
        keep_if(allowed_[as_index(column)], [&](GeneValue choice) { return choice == index; });
    follow_couplings(placement);
}

/// A gene that others decide is fixed through them.
void PlacementDraw::follow_couplings(const Placement& placement) {
    for (const Coupling& coupling : space_.restriction().couplings) {
        for (const auto& [column, index] : placement.choices) {
            if (column != coupling.target)
                continue;
            keep_if(allowed_[as_index(coupling.source)],
                    [&](GeneValue choice) { return coupling.image[as_index(choice)] == index; });
        }
    }
}

GeneValue PlacementDraw::raised(std::size_t column, GeneValue choice) const {
    if (choice >= floors_[column])
        return choice;
    return *std::ranges::lower_bound(allowed_[column], floors_[column]);
}

void PlacementDraw::put(Rng& rng, std::span<GeneValue> row) const {
    for (const std::size_t column : changed_) {
        const auto& choices = allowed_[column];
        if (std::ranges::binary_search(choices, row[column]))
            continue;
        // What is fixed takes no number, so that blocks of one layer go on with the same ones.
        row[column] = choices.size() == 1
                          ? choices.front()
                          : choices[rng.below(static_cast<std::uint32_t>(choices.size()))];
    }
    for (std::size_t column = 0; column < row.size(); ++column)
        row[column] = raised(column, row[column]);
    space_.couple(row);
}

Architectures draw_random(const SpacePtr& space, std::size_t count, std::uint64_t seed,
                          int threads) {
    check_count(*space, count, 1);
    Architectures archs(space, count);
    const BanGroups groups = ban_groups(space->restriction(), space->genes());
    parallel_for(count, draw_grain, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            Rng slots = base_stream(seed, i);
            draw_accepted(*space, groups, slots, archs.mutable_row(i),
                          [](std::span<GeneValue> /*row*/) {});
        }
    });
    return archs;
}

Architectures draw_placements(const SpacePtr& space, std::span<const Placement> placements,
                              std::size_t count, const DrawSettings& settings) {
    const bool paired = settings.pairing == Pairing::paired;
    std::vector<PlacementDraw> draws;
    std::vector<std::uint64_t> streams;
    for (const Placement& placement : placements) {
        draws.emplace_back(*space, placement, settings.estimand);
        if (!draws.back().possible()) {
            throw ConfigError(message("block profile: no network of ", space->name(), " has ",
                                      excerpt(placement.name, 200)));
        }
        // Paired networks get the same depths for whatever block is put in.
        streams.push_back(paired ? 0 : Hash64().bytes(placement.name).digest());
    }
    check_count(*space, count, placements.size());
    Architectures archs(space, placements.size() * count);
    const BanGroups groups = ban_groups(space->restriction(), space->genes());
    parallel_for(
        archs.size(), draw_grain, settings.threads, [&](std::size_t begin, std::size_t end) {
            for (std::size_t place = begin; place < end; ++place) {
                const std::size_t p = place / count;
                const std::size_t i = place % count;
                Rng own(settings.seed ^ streams[p], "placement", i);
                Rng base = base_stream(settings.seed, i);
                draw_accepted(*space, groups, paired ? base : own, archs.mutable_row(place),
                              [&](std::span<GeneValue> row) { draws[p].put(own, row); });
            }
        });
    return archs;
}

}  // namespace latpred

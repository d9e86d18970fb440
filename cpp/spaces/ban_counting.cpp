// Counting what bans leave: branch over the gene that most of them name, and count groups of
// genes that no ban ties to each other apart.
#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/part_cases.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_work = 2000000;  // bans times genes, over all branches

using Places = std::vector<std::size_t>;

/// Genes (some of `places`) with the bans that tie them.
struct Tangle {
    Places places;
    std::vector<Clause> bans;
};

class Counter {
  public:
    Counter(const PartCase& one, const Space& space) : one_(one), space_(space) {}

    Natural count(const Places& places, const std::vector<Clause>& bans) {
        Natural total = 1;
        for (const Tangle& tangle : untangle(places, bans))
            total *= tangle.bans.empty() ? product(tangle.places) : branch(tangle);
        return total;
    }

  private:
    [[nodiscard]] Natural product(const Places& places) const {
        Natural total = 1;
        for (std::size_t place : places)
            total *= one_.genes[place].choices.size();
        return total;
    }

    /// Groups of genes that no ban joins.
    static std::vector<Tangle> untangle(const Places& places, const std::vector<Clause>& bans) {
        std::map<std::size_t, std::size_t> group;
        for (std::size_t k = 0; k < places.size(); ++k)
            group[places[k]] = k;
        for (const Clause& ban : bans) {
            const std::size_t into = group.at(ban.front().place);
            for (const Condition& condition : ban) {
                const std::size_t from = group.at(condition.place);
                for (auto& [place, number] : group) {
                    if (number == from)
                        number = into;
                }
            }
        }
        std::map<std::size_t, Tangle> tangles;
        for (std::size_t place : places)
            tangles[group.at(place)].places.push_back(place);
        for (const Clause& ban : bans)
            tangles[group.at(ban.front().place)].bans.push_back(ban);
        std::vector<Tangle> all;
        for (auto& [number, tangle] : tangles)
            all.push_back(std::move(tangle));
        return all;
    }

    static std::size_t most_named(const std::vector<Clause>& bans) {
        std::map<std::size_t, int> named;
        for (const Clause& ban : bans) {
            for (const Condition& condition : ban)
                ++named[condition.place];
        }
        return std::ranges::max_element(named, {}, [](const auto& entry) { return entry.second; })
            ->first;
    }

    Natural branch(const Tangle& tangle) {
        work_ += tangle.bans.size() * tangle.places.size();
        if (work_ > most_work) {
            throw ConfigError(message("space ", space_.name(), ": its ",
                                      space_.restriction().bans.size(),
                                      " bans tie too many genes to each other to be counted"));
        }
        const std::size_t chosen = most_named(tangle.bans);
        Places rest = tangle.places;
        std::erase(rest, chosen);
        // Choices that meet the same conditions leave the same bans.
        std::map<std::vector<bool>, std::uint64_t> groups;
        for (GeneValue choice : one_.genes[chosen].choices)
            ++groups[met_by(tangle.bans, chosen, choice)];
        Natural total;
        for (const auto& [met, choices] : groups) {
            std::vector<Clause> left;
            if (without(tangle.bans, chosen, met, left))
                total += Natural(choices) * count(rest, left);
        }
        return total;
    }

    static std::vector<bool> met_by(const std::vector<Clause>& bans, std::size_t place,
                                    GeneValue choice) {
        std::vector<bool> met(bans.size());
        for (std::size_t b = 0; b < bans.size(); ++b) {
            met[b] = std::ranges::any_of(bans[b], [&](const Condition& condition) {
                return condition.place == place &&
                       std::ranges::binary_search(condition.values, choice);
            });
        }
        return met;
    }

    /// What the bans still ask once the gene has its choice; false where one of them is met.
    static bool without(const std::vector<Clause>& bans, std::size_t place,
                        const std::vector<bool>& met, std::vector<Clause>& left) {
        for (std::size_t b = 0; b < bans.size(); ++b) {
            Clause rest = bans[b];
            const bool named = std::erase_if(rest, [&](const Condition& condition) {
                                   return condition.place == place;
                               }) > 0;
            if (named && !met[b])
                continue;
            if (rest.empty())
                return false;
            left.push_back(std::move(rest));
        }
        return true;
    }

    const PartCase& one_;
    const Space& space_;
    std::size_t work_ = 0;
};

}  // namespace

Natural count(const PartCase& one, const Space& space) {
    Places free;
    for (std::size_t place = 0; place < one.genes.size(); ++place) {
        if (one.genes[place].source < 0)
            free.push_back(place);
    }
    return Counter(one, space).count(free, one.bans);
}

}  // namespace latpred

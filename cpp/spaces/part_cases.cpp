#include "spaces/part_cases.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_cases = 20000;
constexpr GeneValue inactive[] = {0};

/// Union-find over gene columns.
class Connected {
  public:
    explicit Connected(std::size_t count) : root_(count) {
        std::iota(root_.begin(), root_.end(), 0U);
    }
    std::size_t root(std::size_t i) {
        while (root_[i] != i)
            i = root_[i] = root_[root_[i]];
        return i;
    }
    void join(int a, int b) {
        const std::size_t x = root(static_cast<std::size_t>(a));
        const std::size_t y = root(static_cast<std::size_t>(b));
        root_[std::max(x, y)] = std::min(x, y);
    }

  private:
    std::vector<std::size_t> root_;
};

Connected connect(const Space& space) {
    Connected sets(space.gene_count());
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const Gene& gene = space.genes()[column];
        if (gene.gate >= 0)
            sets.join(static_cast<int>(column), gene.gate);
    }
    for (const Coupling& c : space.restriction().couplings)
        sets.join(c.source, c.target);
    for (const Swap& swap : space.family().swaps()) {
        for (std::size_t k = 0; k < swap.first.size(); ++k) {
            sets.join(swap.first.front(), swap.first[k]);
            sets.join(swap.first.front(), swap.second[k]);
        }
    }
    for (const Ban& ban : space.restriction().bans) {
        for (const auto& choice : ban)
            sets.join(ban.front().first, choice.first);
    }
    return sets;
}

std::set<std::size_t> keys_of(const Space& space) {
    std::set<std::size_t> keys;
    for (const Gene& gene : space.genes()) {
        if (gene.gate >= 0)
            keys.insert(static_cast<std::size_t>(gene.gate));
    }
    for (const Coupling& c : space.restriction().couplings) {
        if (keys.contains(static_cast<std::size_t>(c.target)))
            keys.insert(static_cast<std::size_t>(c.source));
    }
    return keys;
}

/// Makes the cases of one part, key by key.
class CaseMaker {
  public:
    CaseMaker(const Space& space, const SpacePart& part, std::span<const Coupling> further)
        : space_(space), part_(part), row_(space.gene_count()), place_(space.gene_count(), -1),
          coupling_(space.gene_count(), nullptr) {
        for (std::size_t k = 0; k < part.columns.size(); ++k)
            place_[part.columns[k]] = static_cast<int>(k);
        for (const Coupling& c : space.restriction().couplings)
            coupling_[static_cast<std::size_t>(c.target)] = &c;
        for (const Coupling& c : further)
            coupling_[static_cast<std::size_t>(c.target)] = &c;
        for (const Ban& ban : space.restriction().bans) {
            if (place_[static_cast<std::size_t>(ban.front().first)] >= 0)
                bans_.push_back(&ban);
        }
    }

    std::vector<PartCase> make() {
        choose_key(0);
        return std::move(cases_);
    }

  private:
    void choose_key(std::size_t k) {
        if (k == part_.keys.size()) {
            add_case();
            return;
        }
        const std::size_t key = part_.keys[k];
        if (coupling_[key] != nullptr) {  // from its source, which is a key too
            choose_key(k + 1);
            return;
        }
        for (GeneValue choice : space_.allowed(key)) {
            row_[key] = choice;
            choose_key(k + 1);
        }
    }

    void add_case() {
        for (std::size_t key : part_.keys) {
            if (const Coupling* c = coupling_[key])
                row_[key] = forced(*c);
        }
        PartCase made;
        for (std::size_t column : part_.columns)
            made.genes.push_back(gene(column));
        for (const Ban* ban : bans_) {
            auto clause = clause_of(*ban, made);
            if (!clause)
                continue;
            if (clause->empty())
                return;  // banned whatever the other genes are
            made.bans.push_back(std::move(*clause));
        }
        if (cases_.size() == most_cases) {
            throw ConfigError(message("space ", space_.name(), ": ", part_.columns.size(),
                                      " genes depend on each other in more than ", most_cases,
                                      " combinations of ", part_.keys.size(),
                                      " deciding ones; too many to count"));
        }
        cases_.push_back(std::move(made));
    }

    [[nodiscard]] bool is_key(std::size_t column) const {
        return std::ranges::binary_search(part_.keys, column);
    }

    [[nodiscard]] GeneValue forced(const Coupling& c) const {
        return c.image[static_cast<std::size_t>(row_[static_cast<std::size_t>(c.source)])];
    }

    /// The one choice `value` among the allowed ones.
    [[nodiscard]] std::span<const GeneValue> only(std::size_t column, GeneValue value) const {
        const auto allowed = space_.allowed(column);
        const auto found = std::ranges::lower_bound(allowed, value);
        return allowed.subspan(static_cast<std::size_t>(found - allowed.begin()), 1);
    }

    [[nodiscard]] CaseGene gene(std::size_t column) const {
        if (is_key(column))
            return {only(column, row_[column])};
        if (!space_.active(row_, column))  // its gate is a key
            return {inactive};
        const Coupling* c = coupling_[column];
        if (c == nullptr)
            return {space_.allowed(column)};
        const auto source = static_cast<std::size_t>(c->source);
        if (is_key(source))
            return {only(column, forced(*c))};
        return {space_.allowed(column), place_[source], c->image};
    }

    /// What of a ban is left to choose; nothing where it cannot be met.
    [[nodiscard]] std::optional<Clause> clause_of(const Ban& ban, const PartCase& made) const {
        Clause clause;
        for (const auto& [number, value] : ban) {
            const auto column = static_cast<std::size_t>(number);
            if (!is_key(column) && !space_.active(row_, column))
                return std::nullopt;
            const auto place = static_cast<std::size_t>(place_[column]);
            const CaseGene& gene = made.genes[place];
            Condition condition{gene.source >= 0 ? static_cast<std::size_t>(gene.source) : place,
                                {}};
            const auto choices = made.genes[condition.place].choices;
            for (GeneValue choice : choices) {
                const bool met = gene.source < 0
                                     ? choice == value
                                     : gene.image[static_cast<std::size_t>(choice)] == value;
                if (met)
                    condition.values.push_back(choice);
            }
            if (condition.values.empty())
                return std::nullopt;
            if (condition.values.size() < choices.size() && !narrow(clause, condition))
                return std::nullopt;
        }
        return clause;
    }

    /// Adds a condition; false where it contradicts one on the same gene.
    static bool narrow(Clause& clause, Condition& condition) {
        for (Condition& other : clause) {
            if (other.place != condition.place)
                continue;
            std::erase_if(other.values, [&](GeneValue v) {
                return !std::ranges::binary_search(condition.values, v);
            });
            return !other.values.empty();
        }
        clause.push_back(std::move(condition));
        return true;
    }

    const Space& space_;
    const SpacePart& part_;
    std::vector<GeneValue> row_;  ///< meaningful in the keys
    std::vector<int> place_;
    std::vector<const Coupling*> coupling_;  ///< of each target
    std::vector<const Ban*> bans_;
    std::vector<PartCase> cases_;
};

}  // namespace

std::vector<SpacePart> parts_of(const Space& space) {
    Connected sets = connect(space);
    const std::set<std::size_t> keys = keys_of(space);
    std::vector<SpacePart> parts;
    std::vector<std::size_t> part_of_root(space.gene_count(), space.gene_count());
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        std::size_t& part = part_of_root[sets.root(column)];
        if (part == space.gene_count()) {
            part = parts.size();
            parts.emplace_back();
        }
        parts[part].columns.push_back(column);
        if (keys.contains(column))
            parts[part].keys.push_back(column);
    }
    return parts;
}

std::vector<PartCase> cases_of(const Space& space, const SpacePart& part,
                               std::span<const Coupling> further) {
    return CaseMaker(space, part, further).make();
}

}  // namespace latpred

#include "spaces/counting.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double most_combinations = 2e7;  // of one part, before canonical form

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
    for (const Ban& ban : space.restriction().bans) {
        for (const auto& choice : ban)
            sets.join(ban.front().first, choice.first);
    }
    return sets;
}

bool is_coupled(const Space& space, std::size_t column) {
    const auto& couplings = space.restriction().couplings;
    return std::any_of(couplings.begin(), couplings.end(), [&](const Coupling& c) {
        return static_cast<std::size_t>(c.target) == column;
    });
}

/// Counts through the allowed choices of the part's free genes; false after the last combination.
bool advance(const Space& space, const std::vector<std::size_t>& free,
             std::vector<std::size_t>& digits, std::vector<GeneValue>& row) {
    for (std::size_t k = free.size(); k-- > 0;) {
        const auto allowed = space.allowed(free[k]);
        digits[k] = (digits[k] + 1) % allowed.size();
        row[free[k]] = allowed[digits[k]];
        if (digits[k] != 0)
            return true;
    }
    return false;
}

/// Bans join their genes to one part, so only those that begin here concern this part; the genes
/// of other parts have no meaning in `row`.
bool banned_within(const Space& space, const SpacePart& part, std::span<const GeneValue> row) {
    return std::ranges::any_of(space.restriction().bans, [&](const Ban& ban) {
        const auto first = static_cast<std::size_t>(ban.front().first);
        return std::ranges::find(part.columns, first) != part.columns.end() &&
               space.meets(row, ban);
    });
}

void list_choices(const Space& space, SpacePart& part) {
    std::vector<std::size_t> free;
    double combinations = 1;
    for (std::size_t column : part.columns) {
        if (is_coupled(space, column))
            continue;
        free.push_back(column);
        combinations *= static_cast<double>(space.allowed(column).size());
    }
    if (combinations > most_combinations) {
        throw ConfigError(message("space ", space.name(), ": ", part.columns.size(),
                                  " genes depend on each other; too many to enumerate"));
    }
    std::vector<GeneValue> row(space.gene_count());
    for (std::size_t column : part.columns)
        row[column] = space.allowed(column).front();
    std::vector<std::size_t> digits(free.size());
    std::set<std::vector<GeneValue>> distinct;
    do {
        std::vector<GeneValue> canonical = row;
        space.couple(canonical);
        if (banned_within(space, part, canonical))
            continue;
        space.canonicalise(canonical);
        std::vector<GeneValue> choice;
        for (std::size_t column : part.columns)
            choice.push_back(canonical[column]);
        distinct.insert(std::move(choice));
    } while (advance(space, free, digits, row));
    part.choices.assign(distinct.begin(), distinct.end());
}

}  // namespace

std::vector<SpacePart> parts_of(const Space& space) {
    Connected sets = connect(space);
    std::vector<SpacePart> parts;
    std::vector<std::size_t> part_of_root(space.gene_count(), space.gene_count());
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        std::size_t& part = part_of_root[sets.root(column)];
        if (part == space.gene_count()) {
            part = parts.size();
            parts.emplace_back();
        }
        parts[part].columns.push_back(column);
    }
    for (SpacePart& part : parts)
        list_choices(space, part);
    return parts;
}

std::vector<std::uint64_t> part_sizes(const Space& space) {
    std::vector<std::uint64_t> sizes;
    for (const SpacePart& part : parts_of(space))
        sizes.push_back(part.choices.size());
    return sizes;
}

Enumeration::Enumeration(SpacePtr space, std::size_t limit)
    : space_(std::move(space)), parts_(parts_of(*space_)) {
    double total = 1;
    for (const SpacePart& part : parts_)
        total *= static_cast<double>(part.choices.size());
    if (total > static_cast<double>(limit)) {
        throw ConfigError(message("enumerate: ", space_->name(), " holds ", total,
                                  " architectures, more than ", limit,
                                  "; sample or search it instead"));
    }
    size_ = static_cast<std::size_t>(total);
}

Architectures Enumeration::slice(std::size_t begin, std::size_t end) const {
    Architectures rows(space_, end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        const std::span<GeneValue> row = rows.mutable_row(i - begin);
        std::size_t rest = i;
        for (const SpacePart& part : parts_) {
            const auto& choice = part.choices[rest % part.choices.size()];
            rest /= part.choices.size();
            for (std::size_t k = 0; k < choice.size(); ++k)
                row[part.columns[k]] = choice[k];
        }
    }
    return rows;
}

Architectures enumerate(const SpacePtr& space, std::size_t limit) {
    const Enumeration all(space, limit);
    return all.slice(0, all.size());
}

std::vector<Costs> count_costs(const Architectures& archs, int threads) {
    std::vector<Costs> costs(archs.size());
    parallel_for(archs.size(), 64, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            costs[i] = costs_of(archs.space().lower(archs.row(i)));
        }
    });
    return costs;
}

}  // namespace latpred

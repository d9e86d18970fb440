#include "spaces/space.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "spaces/ban_groups.hpp"

namespace latpred {
namespace {

constexpr int ban_attempts = 1000;

std::vector<std::vector<GeneValue>> allowed_choices(const Family& family, const Restriction& r) {
    std::vector<std::vector<GeneValue>> allowed(family.genes().size());
    for (std::size_t column = 0; column < allowed.size(); ++column) {
        if (!r.allowed.empty() && !r.allowed[column].empty()) {
            allowed[column] = r.allowed[column];
        } else {
            allowed[column].resize(static_cast<std::size_t>(family.genes()[column].choices()));
            std::iota(allowed[column].begin(), allowed[column].end(), GeneValue{0});
        }
    }
    return allowed;
}

std::vector<GeneValue> intersect(const std::vector<GeneValue>& a, const std::vector<GeneValue>& b,
                                 const std::string& gene) {
    if (a.empty() || b.empty())
        return a.empty() ? b : a;
    std::vector<GeneValue> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    if (both.empty())
        throw ConfigError("restriction leaves no choice for gene " + gene);
    return both;
}

/// Whether a choice is among the allowed ones (ascending); mostly these are all up to the last.
bool holds(const std::vector<GeneValue>& allowed, GeneValue choice) {
    const bool all = static_cast<std::size_t>(allowed.back()) + 1 == allowed.size();
    return all ? choice >= 0 && choice <= allowed.back()
               : std::ranges::binary_search(allowed, choice);
}

}  // namespace

Space::Space(const std::shared_ptr<const Family>& family)
    : Space(family->name(), family, Restriction{}) {}

Space::Space(std::string name, std::shared_ptr<const Family> family, Restriction restriction)
    : name_(std::move(name)), family_(std::move(family)), restriction_(std::move(restriction)) {
    check_restriction();
    restriction_ = symmetric(std::move(restriction_), *family_);
    allowed_ = allowed_choices(*family_, restriction_);
    check_couplings();
}

double Space::mutation_rate(std::size_t column) const {
    return restriction_.mutation_rates.empty() ? 1.0 : restriction_.mutation_rates[column];
}

SpacePtr Space::restrict(std::string name, const Restriction& further) const {
    Restriction merged = restriction_;
    const std::size_t count = gene_count();
    if (!further.allowed.empty()) {
        if (further.allowed.size() != count) {
            throw ConfigError(message("restriction: allowed choices of ", further.allowed.size(),
                                      " genes given, ", count, " expected"));
        }
        merged.allowed.resize(count);
        for (std::size_t column = 0; column < count; ++column) {
            merged.allowed[column] =
                intersect(merged.allowed[column], further.allowed[column], genes()[column].name());
        }
    }
    merged.couplings.insert(merged.couplings.end(), further.couplings.begin(),
                            further.couplings.end());
    merged.bans.insert(merged.bans.end(), further.bans.begin(), further.bans.end());
    if (!further.mutation_rates.empty())
        merged.mutation_rates = further.mutation_rates;
    return std::make_shared<const Space>(std::move(name), family_, std::move(merged));
}

bool Space::same_family(const Space& other) const {
    return family_ == other.family_ || (family_->name() == other.family_->name() &&
                                        family_->options() == other.family_->options() &&
                                        family_->definition() == other.family_->definition());
}

std::string Space::description() const {
    const FamilyOptions& options = family_->options();
    std::vector<std::string> settings;
    if (options.width)
        settings.push_back(message("width ", *options.width));
    if (options.depth)
        settings.push_back(message(*options.depth, " cells"));
    if (options.resolutions) {
        settings.push_back(message("resolutions ", join_few(*options.resolutions, 16, " ")));
    }
    if (options.image_size)
        settings.push_back(message(*options.image_size, " pixels"));
    if (options.classes)
        settings.push_back(message(*options.classes, " classes"));
    return settings.empty() ? name_ : message(name_, " (", join(settings), ")");
}

void Space::canonicalise(std::span<GeneValue> row) const {
    family_->canonicalise(row);
}

void Space::couple(std::span<GeneValue> row) const {
    for (const Coupling& c : restriction_.couplings) {
        row[static_cast<std::size_t>(c.target)] =
            c.image[static_cast<std::size_t>(row[static_cast<std::size_t>(c.source)])];
    }
}

bool Space::meets(std::span<const GeneValue> row, const Ban& ban) const {
    return std::ranges::all_of(ban, [&](const auto& choice) {
        const auto column = static_cast<std::size_t>(choice.first);
        return active(row, column) && row[column] == choice.second;
    });
}

bool Space::banned(std::span<const GeneValue> row) const {
    return std::ranges::any_of(restriction_.bans, [&](const Ban& ban) { return meets(row, ban); });
}

bool Space::contains(std::span<const GeneValue> row) const {
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (!holds(allowed_[column], row[column]) && active(row, column))
            return false;
    }
    for (const Coupling& c : restriction_.couplings) {
        const auto target = static_cast<std::size_t>(c.target);
        const auto source = static_cast<std::size_t>(row[static_cast<std::size_t>(c.source)]);
        if (active(row, target) && row[target] != c.image[source])
            return false;
    }
    return !banned(row);
}

bool Space::accepts(std::span<const GeneValue> row) const {
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (row[column] < 0 || row[column] >= genes()[column].choices())
            return false;
    }
    return contains(row);
}

void Space::validate(std::span<const GeneValue> row, const std::string& where) const {
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Gene& gene = genes()[column];
        if (row[column] < 0 || row[column] >= gene.choices()) {
            throw ArchitectureError(message(where, ": gene ", gene.name(), " is ", row[column],
                                            ", an index from 0 to ", gene.choices() - 1,
                                            " expected"));
        }
    }
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Gene& gene = genes()[column];
        const bool allowed =
            std::binary_search(allowed_[column].begin(), allowed_[column].end(), row[column]);
        if (active(row, column) && !allowed) {
            throw ArchitectureError(message(where, ": ", gene.name(), " = ", gene.text(row[column]),
                                            " is not in ", name_));
        }
    }
    for (const Coupling& c : restriction_.couplings) {
        const auto target = static_cast<std::size_t>(c.target);
        const auto source = static_cast<std::size_t>(c.source);
        const GeneValue expected = c.image[static_cast<std::size_t>(row[source])];
        if (!active(row, target) || row[target] == expected)
            continue;
        throw ArchitectureError(message(where, ": ", genes()[target].name(), " = ",
                                        genes()[target].text(row[target]), " but ", name_,
                                        " couples it to ", genes()[source].name(), " and expects ",
                                        genes()[target].text(expected)));
    }
    if (banned(row))
        throw ArchitectureError(message(where, ": a combination that ", name_, " bans"));
}

GeneValue Space::draw_gene(Rng& rng, std::size_t column) const {
    const auto& choices = allowed_[column];
    return choices[rng.below(static_cast<std::uint32_t>(choices.size()))];
}

/// Group by group: one redraw against all bans of many layers would hardly ever succeed.
void Space::redraw_banned(Rng& rng, std::span<GeneValue> row) const {
    if (!banned(row))
        return;
    for (const std::vector<const Ban*>& group : ban_groups(restriction_, genes())) {
        const auto met = [&](const Ban* ban) { return meets(row, *ban); };
        for (int attempt = 0; std::ranges::any_of(group, met); ++attempt) {
            if (attempt == ban_attempts)
                throw ConfigError(message("space ", name_, ": its bans leave hardly any ",
                                          "architecture (", ban_attempts, " draws failed)"));
            for (const Ban* ban : group) {
                for (const auto& choice : *ban)
                    row[as_index(choice.first)] = draw_gene(rng, as_index(choice.first));
            }
            couple(row);
        }
    }
}

void Space::draw(Rng& rng, std::span<GeneValue> row) const {
    for (std::size_t column = 0; column < row.size(); ++column)
        row[column] = draw_gene(rng, column);
    couple(row);
    redraw_banned(rng, row);
    canonicalise(row);
}

bool Space::always_active(std::size_t column) const {
    const Gene& gene = genes()[column];
    return gene.gate < 0 || allowed(static_cast<std::size_t>(gene.gate)).front() >= gene.gate_from;
}

/// A source that a network lacks has no value to decide by, so it must be there with its target.
void Space::check_source(const Coupling& c) const {
    const auto source = static_cast<std::size_t>(c.source);
    const Gene& from = genes()[source];
    const Gene& to = genes()[static_cast<std::size_t>(c.target)];
    const bool together = to.gate == from.gate && to.gate_from >= from.gate_from;
    if (always_active(source) || together)
        return;
    throw ConfigError(message("restriction: ", to.name(), " is coupled to ", from.name(),
                              ", which networks with a small ",
                              genes()[static_cast<std::size_t>(from.gate)].name(),
                              " lack; a source that is there wherever its target is expected"));
}

/// One gene decides another at once, and only for values that the other may take.
void Space::check_couplings() const {
    const auto name = [this](int column) {
        return genes()[static_cast<std::size_t>(column)].name();
    };
    for (const Coupling& c : restriction_.couplings) {
        const auto target = static_cast<std::size_t>(c.target);
        for (const Coupling& other : restriction_.couplings) {
            if (other.source == c.target || (other.target == c.target && !(other == c))) {
                throw ConfigError(message("restriction: ", name(c.target), " is coupled to ",
                                          name(c.source),
                                          " and may not take part in another "
                                          "coupling (",
                                          name(other.source), " to ", name(other.target), ")"));
            }
        }
        check_source(c);
        for (GeneValue choice : allowed(static_cast<std::size_t>(c.source))) {
            const GeneValue forced = c.image[static_cast<std::size_t>(choice)];
            if (!std::ranges::binary_search(allowed_[target], forced)) {
                throw ConfigError(message("restriction: ", name(c.source), " forces ",
                                          name(c.target), " = ", genes()[target].text(forced),
                                          ", which is not allowed"));
            }
        }
    }
}

void Space::check_restriction() const {
    const auto count = static_cast<int>(gene_count());
    const auto require_gene = [&](int column) {
        if (column < 0 || column >= count) {
            throw ConfigError(message("restriction: no gene ", column, " in ", name_));
        }
    };
    if (!restriction_.mutation_rates.empty() &&
        restriction_.mutation_rates.size() != gene_count()) {
        throw ConfigError("restriction: one mutation rate a gene expected");
    }
    for (const Coupling& c : restriction_.couplings) {
        require_gene(c.source);
        require_gene(c.target);
        const int choices = genes()[static_cast<std::size_t>(c.target)].choices();
        const bool in_range = std::all_of(c.image.begin(), c.image.end(),
                                          [&](GeneValue v) { return v >= 0 && v < choices; });
        const auto domain =
            static_cast<std::size_t>(genes()[static_cast<std::size_t>(c.source)].choices());
        if (c.image.size() != domain || !in_range) {
            throw ConfigError(message("restriction: the coupling of gene ", c.target, " to ",
                                      c.source, " needs one valid choice for each of ", domain));
        }
    }
    for (const Ban& ban : restriction_.bans) {
        for (const auto& choice : ban)
            require_gene(choice.first);
    }
}

}  // namespace latpred

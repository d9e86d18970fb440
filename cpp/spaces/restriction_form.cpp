#include "spaces/restriction_form.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

std::vector<std::size_t> columns_named(const Space& space, const std::string& name,
                                       bool groups_too) {
    std::vector<std::size_t> columns;
    std::set<std::string> groups;
    std::vector<std::string> names;
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const Gene& gene = space.genes()[column];
        if (groups.insert(gene.group).second && groups_too)
            names.push_back(gene.group);
        names.push_back(gene.name());
        if (gene.name() == name || (groups_too && gene.group == name))
            columns.push_back(column);
    }
    if (columns.empty()) {
        throw ConfigError(message("restriction: no gene '", excerpt(name), "' in ", space.name(),
                                  "; genes are written like ", space.genes().front().name(),
                                  ", groups are ", join(groups), did_you_mean(name, names)));
    }
    return columns;
}

std::size_t column_named(const Space& space, const std::string& name) {
    return columns_named(space, name, false).front();
}

std::vector<GeneValue> indices_of(const Gene& gene, const std::vector<Choice>& values) {
    std::set<GeneValue> indices;
    for (const Choice& value : values)
        indices.insert(choice_index(gene, value, "restriction"));
    if (indices.empty()) {
        throw ConfigError("restriction: at least one value expected for " + gene.name());
    }
    return {indices.begin(), indices.end()};
}

Coupling resolve_coupling(const Space& space, const Restriction& restriction,
                          const NamedCoupling& named) {
    const std::size_t source = column_named(space, named.source);
    const std::size_t target = column_named(space, named.target);
    const Gene& gene = space.genes()[source];
    std::vector<GeneValue> image(static_cast<std::size_t>(gene.choices()), -1);
    for (const auto& [from, to] : named.image) {
        image[static_cast<std::size_t>(choice_index(gene, from, "restriction"))] =
            choice_index(space.genes()[target], to, "restriction");
    }
    const auto& allowed = restriction.allowed[source];
    for (GeneValue choice : space.allowed(source)) {
        const bool possible = allowed.empty() || std::ranges::binary_search(allowed, choice);
        if (possible && image[static_cast<std::size_t>(choice)] < 0) {
            throw ConfigError(message("restriction: the coupling of ", named.target, " to ",
                                      named.source, " gives no value for ", named.source, " = ",
                                      gene.text(choice)));
        }
    }
    std::ranges::replace(image, GeneValue{-1}, GeneValue{0});  // choices that cannot occur
    return {static_cast<int>(source), static_cast<int>(target), std::move(image)};
}

void resolve_rates(const Space& space, const NamedRestriction& named, Restriction& restriction) {
    if (named.mutation_rates.empty())
        return;
    for (std::size_t column = 0; column < space.gene_count(); ++column)
        restriction.mutation_rates.push_back(space.mutation_rate(column));
    for (const auto& [name, rate] : named.mutation_rates) {
        if (!std::isfinite(rate) || rate < 0) {
            throw ConfigError(message("restriction: mutation rate ", rate, " of ", name,
                                      ", a factor of at least 0 expected"));
        }
        for (std::size_t column : columns_named(space, name, true))
            restriction.mutation_rates[column] = rate;
    }
}

}  // namespace

Restriction resolve(const Space& space, const NamedRestriction& named) {
    Restriction restriction;
    restriction.allowed.resize(space.gene_count());
    for (const auto& [name, values] : named.allowed) {
        for (std::size_t column : columns_named(space, name, true))
            restriction.allowed[column] = indices_of(space.genes()[column], values);
    }
    for (const NamedCoupling& coupling : named.couplings)
        restriction.couplings.push_back(resolve_coupling(space, restriction, coupling));
    for (const auto& choices : named.bans) {
        Ban ban;
        for (const auto& [name, value] : choices) {
            const std::size_t column = column_named(space, name);
            ban.emplace_back(static_cast<int>(column),
                             choice_index(space.genes()[column], value, "restriction"));
        }
        if (ban.empty())
            throw ConfigError("restriction: a ban names at least one gene");
        restriction.bans.push_back(std::move(ban));
    }
    resolve_rates(space, named, restriction);
    return restriction;
}

}  // namespace latpred

#include "spaces/text_form.hpp"

#include <algorithm>
#include <set>

#include "base/blanks.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/choice_lists.hpp"
#include "spaces/literal_form.hpp"

namespace latpred {
namespace {

std::map<std::string, std::size_t> group_sizes(const Space& space) {
    std::map<std::string, std::size_t> sizes;
    for (const Gene& gene : space.genes()) {
        auto& size = sizes[gene.group];
        size = std::max(size, static_cast<std::size_t>(gene.slot) + 1);
    }
    return sizes;
}

void check_keys(const std::map<std::string, std::size_t>& sizes, const ChoiceLists& lists,
                const Space& space, const std::string& where) {
    for (const auto& [group, choices] : lists) {
        if (!sizes.contains(group)) {
            std::vector<std::string> known;
            for (const auto& [name, size] : sizes)
                known.push_back(name);
            throw ArchitectureError(message(where, ": unknown key '", excerpt(group), "'; ",
                                            space.name(), " has ", join(known),
                                            did_you_mean(group, known)));
        }
    }
    for (const auto& [group, size] : sizes) {
        const auto found = lists.find(group);
        const std::size_t given = found == lists.end() ? 0 : found->second.size();
        if (given != size) {
            throw ArchitectureError(message(where, ": key '", group, "' holds ", given, " values, ",
                                            size, " expected"));
        }
    }
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

ChoiceLists lists_from_canonical(const Space& space, const std::string& text,
                                 const std::string& where) {
    std::set<std::string> labelled;
    for (const Gene& gene : space.genes()) {
        if (!gene.labels.empty())
            labelled.insert(gene.group);
    }
    ChoiceLists lists;
    for (const std::string& field : split(text, ';')) {
        const std::size_t equals = field.find('=');
        if (equals == std::string::npos) {
            throw ArchitectureError(message(where, ": '", excerpt(text),
                                            "' is neither canonical text nor a dict literal"));
        }
        const std::string group = field.substr(0, equals);
        if (lists.contains(group))
            throw ArchitectureError(message(where, ": '", excerpt(group), "' comes twice"));
        auto& choices = lists[group];
        for (const std::string& item : split(field.substr(equals + 1), '-')) {
            const auto number =
                labelled.contains(group) ? std::nullopt : parse_number<double>(item);
            choices.push_back(number ? Choice(*number) : Choice(item));
        }
    }
    return lists;
}

}  // namespace

GeneValue choice_index(const Gene& gene, const Choice& choice, const std::string& where) {
    if (const double* number = std::get_if<double>(&choice)) {
        const auto found = std::find(gene.values.begin(), gene.values.end(), *number);
        if (gene.labels.empty() && found != gene.values.end()) {
            return static_cast<GeneValue>(found - gene.values.begin());
        }
        for (const auto& [alias, index] : gene.aliases) {
            if (alias == *number)
                return index;
        }
    } else {
        const auto found =
            std::find(gene.labels.begin(), gene.labels.end(), std::get<std::string>(choice));
        if (found != gene.labels.end())
            return static_cast<GeneValue>(found - gene.labels.begin());
    }
    std::vector<std::string> known;
    for (int i = 0; i < gene.choices(); ++i)
        known.push_back(gene.text(static_cast<GeneValue>(i)));
    const auto* const text = std::get_if<std::string>(&choice);
    const std::string hint = text == nullptr ? std::string() : did_you_mean(*text, known);
    throw ArchitectureError(message(where, ": ", gene.name(), " is ", shown_choice(choice),
                                    ", one of ", join_few(known), " expected", hint));
}

std::string to_text(const Space& space, std::span<const GeneValue> row) {
    if (const auto own = space.family().own_text(row))
        return *own;
    return space.family().canonical_text().write(row);
}

std::vector<GeneValue> genes_from_lists(const Space& space, ChoiceLists lists,
                                        const std::string& where) {
    take_original_keys(space, lists, where);
    check_keys(group_sizes(space), lists, space, where);
    std::vector<GeneValue> row;
    row.reserve(space.gene_count());
    for (const Gene& gene : space.genes()) {
        row.push_back(
            choice_index(gene, lists.at(gene.group)[static_cast<std::size_t>(gene.slot)], where));
    }
    return row;
}

std::vector<GeneValue> genes_from_choices(const Space& space, std::span<const Choice> choices,
                                          const std::string& where) {
    if (choices.size() != space.gene_count()) {
        throw ArchitectureError(message(where, ": ", choices.size(), " choices, ",
                                        space.gene_count(), " expected in ", space.name()));
    }
    std::vector<GeneValue> row;
    for (const Gene& gene : space.genes()) {
        const Choice& choice = choices[row.size()];
        const double* number = std::get_if<double>(&choice);
        const auto index = number == nullptr ? std::nullopt : whole_number<GeneValue>(*number);
        if (number != nullptr && !index)
            throw ArchitectureError(message(where, ": ", gene.name(), " is ", shown_choice(choice),
                                            ", the number of a choice expected"));
        row.push_back(index ? *index : choice_index(gene, choice, where));
    }
    if (space.family().holds_values(row)) {
        for (std::size_t column = 0; column < row.size(); ++column)
            row[column] =
                choice_index(space.genes()[column], static_cast<double>(row[column]), where);
    }
    return row;
}

std::vector<GeneValue> genes_from_text(const Space& space, const std::string& text,
                                       const std::string& where) {
    std::vector<GeneValue> row(space.gene_count());
    if (space.family().canonical_text().read(text, row))
        return row;
    if (const std::string_view inner = stripped(text); inner.size() < text.size())
        return genes_from_text(space, std::string(inner), where);
    if (const auto own = space.family().own_choices(text)) {
        row.clear();
        for (const Gene& gene : space.genes()) {
            const std::string& chosen = (*own)[row.size()];
            const auto number =
                gene.labels.empty() ? parse_number<double>(chosen) : std::optional<double>();
            row.push_back(choice_index(gene, number ? Choice(*number) : Choice(chosen), where));
        }
        return row;
    }
    const char first = text.empty() ? '\0' : text.front();
    if (first == '[' || first == '(')
        return genes_from_choices(space, choices_from_literal(text, where), where);
    const bool literal = first == '{';
    return genes_from_lists(space,
                            literal ? lists_from_literal(space, text, where)
                                    : lists_from_canonical(space, text, where),
                            where);
}

Architectures architectures_from_matrix(const SpacePtr& space, std::vector<GeneValue> matrix) {
    const std::vector<Gene>& genes = space->genes();
    for (std::size_t i = 0; i < matrix.size() / genes.size(); ++i) {
        const auto row = std::span(matrix).subspan(i * genes.size(), genes.size());
        if (!space->family().holds_values(row))
            continue;
        const std::string where = message("architecture ", i);
        for (std::size_t column = 0; column < genes.size(); ++column)
            row[column] = choice_index(genes[column], static_cast<double>(row[column]), where);
    }
    return {space, std::move(matrix)};
}

Architectures architectures_from_texts(const SpacePtr& space, std::span<const std::string> texts,
                                       const std::string& what) {
    Architectures archs(space);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string where = what + " " + std::to_string(i);
        std::vector<GeneValue> row = genes_from_text(*space, texts[i], where);
        if (!space->accepts(row))
            space->validate(row, where);
        space->canonicalise(row);
        archs.append(row);
    }
    return archs;
}

}  // namespace latpred

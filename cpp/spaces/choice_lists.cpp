#include "spaces/choice_lists.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

bool has_group(const Space& space, const std::string& group) {
    return std::ranges::any_of(space.genes(), [&](const Gene& g) { return g.group == group; });
}

/// "image_size" of OFA's later dicts: the gene "r", or the size that all networks of the space
/// have.
void take_image_size(const Space& space, ChoiceLists& lists, const std::string& where) {
    const auto given = lists.extract("image_size");
    if (given.empty())
        return;
    if (has_group(space, "r")) {
        if (lists.contains("r"))
            throw ArchitectureError(message(where, ": 'r' and 'image_size', one of them expected"));
        lists["r"] = given.mapped();
        return;
    }
    const int pixels = space.family().options().image_size.value_or(0);
    const std::vector<Choice> expected{static_cast<double>(pixels)};
    if (given.mapped() != expected) {
        const std::string shown =
            given.mapped().empty() ? "nothing" : shown_choice(given.mapped().front());
        throw ArchitectureError(message(where, ": image_size is ", shown, ", ", pixels,
                                        " expected in ", space.description()));
    }
}

/// Keys beside the genes mean nothing: "wid" is None, or 0, the number of the only width.
void drop_unused_keys(const Space& space, ChoiceLists& lists, const std::string& where) {
    for (const std::string& key : space.family().unused_keys()) {
        const auto given = lists.extract(key);
        if (given.empty())
            continue;
        for (const Choice& choice : given.mapped()) {
            if (choice != Choice(0.0))
                throw ArchitectureError(message(where, ": ", key, " is ", shown_choice(choice),
                                                ", None or 0 expected: a space has one width"));
        }
    }
}

/// Groups that are left out although nothing can be chosen in them.
void add_fixed_groups(const Space& space, ChoiceLists& lists) {
    std::map<std::string, std::vector<Choice>> fixed;
    std::set<std::string> open;
    for (const Gene& gene : space.genes()) {
        if (gene.choices() != 1)
            open.insert(gene.group);
        else if (gene.labels.empty())
            fixed[gene.group].emplace_back(gene.values[0]);
        else
            fixed[gene.group].emplace_back(gene.labels[0]);
    }
    for (auto& [group, choices] : fixed) {
        if (!open.contains(group) && !lists.contains(group))
            lists[group] = std::move(choices);
    }
}

}  // namespace

std::string shown_choice(const Choice& choice) {
    const double* number = std::get_if<double>(&choice);
    return number != nullptr ? number_text(*number) : excerpt(std::get<std::string>(choice));
}

void take_original_keys(const Space& space, ChoiceLists& lists, const std::string& where) {
    take_image_size(space, lists, where);
    drop_unused_keys(space, lists, where);
    add_fixed_groups(space, lists);
}

}  // namespace latpred

#include "neural/block_vocabulary.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_operations = 1 << 16;

/// Number of the first operator of a block.
std::size_t first_of_blocks(const OpGraph& graph) {
    std::size_t op = 1;
    while (op < graph.ops.size() && graph.ops[op].unit < 0)
        ++op;
    return op;
}

/// Whether the operators in units are those of the blocks, each of which stands at one place and
/// reads only what the one before it gives.
bool is_chain(const OpGraph& graph, const std::vector<Place>& blocks) {
    std::set<std::pair<int, int>> known;
    for (const Place& block : blocks)
        known.insert({block.unit, block.layer});
    std::set<std::pair<int, int>> seen;
    std::size_t op = first_of_blocks(graph);
    while (op < graph.ops.size() && graph.ops[op].unit >= 0) {
        const auto begin = static_cast<int>(op);
        const std::pair<int, int> block{graph.ops[op].unit, graph.ops[op].layer};
        if (!known.contains(block) || !seen.insert(block).second)
            return false;
        for (; op < graph.ops.size() && std::pair{graph.ops[op].unit, graph.ops[op].layer} == block;
             ++op) {
            for (const int input : graph.inputs_of(graph.ops[op])) {
                if (input < begin - 1)
                    return false;
            }
        }
    }
    return !seen.empty() &&
           std::none_of(graph.ops.begin() + static_cast<std::ptrdiff_t>(op), graph.ops.end(),
                        [](const Op& later) { return later.unit >= 0; });
}

/// The network of the last choice of every gene, with all layers that there can be.
OpGraph largest(const Family& family) {
    std::vector<GeneValue> row;
    for (const Gene& gene : family.genes())
        row.push_back(static_cast<GeneValue>(gene.choices() - 1));
    canonicalise(family.genes(), row);
    return family.lower(row);
}

/// What tells one stem from another.
std::string stem_text(const OpGraph& graph) {
    std::string text;
    for (std::size_t i = 1; i < first_of_blocks(graph); ++i) {
        const Op& op = graph.ops[i];
        text +=
            message(to_string(op.kind), ' ', op.window.kernel_h, ' ', op.window.stride, ' ',
                    op.window.groups, ' ', to_string(op.activation), ' ', op.shape.channels, ';');
    }
    return text;
}

/// Genes that choose what stands before the blocks.
Place stem_place(const Family& family) {
    const OpGraph graph = family.lower(std::vector<GeneValue>(family.genes().size(), 0));
    std::set<int> columns;
    for (std::size_t i = 1; i < first_of_blocks(graph); ++i) {
        const Place& place = family.places().places()[family.places().place_of(graph.ops[i])];
        columns.insert(place.columns.begin(), place.columns.end());
    }
    return {.name = "stem", .columns = {columns.begin(), columns.end()}};
}

std::string choice_name(const Family& family, const Place& place, std::span<const GeneValue> row) {
    std::vector<std::string> parts;
    for (const int column : place.columns) {
        const Gene& gene = family.genes()[as_index(column)];
        parts.push_back(gene.group + "=" + gene.text(row[as_index(column)]));
    }
    return join(parts, ",");
}

}  // namespace

BlockVocabulary::BlockVocabulary(const Family& family) : family_(family) {
    const std::vector<Place> places = family.block_places();
    if (places.empty() || !is_chain(largest(family), places)) {
        throw ConfigError(message("block sequence predictor: a space whose networks are blocks in "
                                  "a row expected, not ",
                                  family.name(), "; GraphPredictor takes any space"));
    }
    add_stem();
    for (const Place& place : places)
        add_block(place);
}

const BlockVocabulary& BlockVocabulary::of(const Family& family) {
    return family.kept<BlockVocabulary>("block vocabulary",
                                        [&] { return std::make_shared<BlockVocabulary>(family); });
}

template <class Use>
void BlockVocabulary::for_each_choice(const Place& place, Use&& use) const {
    std::size_t count = 1;
    for (const int column : place.columns) {
        count *= static_cast<std::size_t>(family_.genes()[as_index(column)].choices());
        if (count > most_operations) {
            throw ConfigError(message("block sequence predictor: more than ", most_operations,
                                      " choices at ", excerpt(place.name)));
        }
    }
    std::vector<GeneValue> row(family_.genes().size(), 0);
    for (std::size_t number = 0; number < count; ++number) {
        std::size_t rest = number;
        for (std::size_t i = place.columns.size(); i-- > 0;) {
            const std::size_t column = as_index(place.columns[i]);
            const auto choices = static_cast<std::size_t>(family_.genes()[column].choices());
            row[column] = static_cast<GeneValue>(rest % choices);
            rest /= choices;
        }
        use(row);
    }
}

int BlockVocabulary::number_of(const std::string& name) {
    const auto found = std::ranges::find(names_, name);
    const auto number = static_cast<int>(found - names_.begin());
    if (found == names_.end())
        names_.push_back(name);
    return number;
}

void BlockVocabulary::add_stem() {
    Slot slot{stem_place(family_), {}};
    if (slot.place.columns.empty())
        return;
    std::map<std::string, std::string> known;  // what it does -> its first name
    for_each_choice(slot.place, [&](std::span<const GeneValue> row) {
        const std::string name = "stem:" + choice_name(family_, slot.place, row);
        const auto entry = known.try_emplace(stem_text(family_.lower(row)), name).first;
        slot.operations.push_back(number_of(entry->second));
    });
    stem_.push_back(std::move(slot));
}

void BlockVocabulary::add_block(const Place& place) {
    Slot slot{place, {}};
    for_each_choice(place, [&](std::span<const GeneValue> row) {
        slot.operations.push_back(number_of(choice_name(family_, place, row)));
    });
    blocks_.push_back(std::move(slot));
}

int BlockVocabulary::operation(const Slot& slot, std::span<const GeneValue> row) const {
    std::size_t number = 0;
    for (const int column : slot.place.columns) {
        const Gene& gene = family_.genes()[as_index(column)];
        number =
            number * static_cast<std::size_t>(gene.choices()) + as_index(row[as_index(column)]);
    }
    return slot.operations[number];
}

std::vector<BlockStep> BlockVocabulary::steps(std::span<const GeneValue> row) const {
    const OpGraph graph = family_.lower(row);
    std::size_t op = first_of_blocks(graph);
    std::vector<BlockStep> found;
    Shape now = graph.ops[op - 1].shape;
    for (const Slot& stem : stem_)
        found.push_back({operation(stem, row), graph.input_shape(), now});
    for (const Slot& block : blocks_) {
        if (!block.place.there(row))
            continue;
        BlockStep step{operation(block, row), now, now};
        for (; op < graph.ops.size() && graph.ops[op].unit == block.place.unit &&
               graph.ops[op].layer == block.place.layer;
             ++op)
            step.out = graph.ops[op].shape;
        now = step.out;
        found.push_back(step);
    }
    return found;
}

}  // namespace latpred

// Counted costs as sums of tables over the places of a space.
#include <algorithm>
#include <set>

#include "base/index.hpp"
#include "graphs/costs.hpp"
#include "profiling/exact.hpp"
#include "spaces/gates.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_entries_counted = 65536;

using CountOp = std::int64_t (*)(const OpGraph&, const Op&);

double count_of(const Space& space, std::size_t place, std::span<const GeneValue> row,
                CountOp count) {
    const OpGraph graph = space.lower(row);
    std::int64_t sum = 0;
    for (const Op& op : graph.ops) {
        if (op.kind != OpKind::input && space.places().place_of(op) == place)
            sum += count(graph, op);
    }
    return static_cast<double>(sum);
}

/// The genes that a place's counts depend on, with the gene that says whether it is there.
std::vector<int> columns_deciding(const Space& space, const Place& place) {
    std::set<int> columns(place.columns.begin(), place.columns.end());
    const auto settings = space.places().settings();
    columns.insert(settings.begin(), settings.end());
    if (place.gate >= 0)
        columns.insert(place.gate);
    return {columns.begin(), columns.end()};
}

std::optional<TableTerm> table_of(const Space& space, std::size_t number, CountOp count) {
    const Place& place = space.places().places()[number];
    TableTerm term{.columns = columns_deciding(space, place), .values = {}};
    std::size_t entries = 1;
    for (const int column : term.columns) {
        entries *= as_index(space.genes()[as_index(column)].choices());
        if (entries > most_entries_counted)
            return std::nullopt;
    }
    std::vector<GeneValue> deepest(space.gene_count(), 0);
    deepen(space.family(), deepest);
    for (std::size_t entry = 0; entry < entries; ++entry) {
        std::vector<GeneValue> row = deepest;
        std::size_t rest = entry;
        for (std::size_t i = term.columns.size(); i-- > 0;) {
            const auto choices = as_index(space.genes()[as_index(term.columns[i])].choices());
            row[as_index(term.columns[i])] = static_cast<GeneValue>(rest % choices);
            rest /= choices;
        }
        canonicalise(space.genes(), row);  // the place is looked at as it lies
        term.values.push_back(place.there(row) ? count_of(space, number, row, count) : 0);
    }
    return term;
}

}  // namespace

std::optional<std::vector<TableTerm>> counted_terms(const Space& space, const std::string& cost) {
    if (cost != "macs" && cost != "params")
        return std::nullopt;
    const CountOp count = cost == "macs" ? &macs_of : &params_of;
    std::vector<TableTerm> terms;
    for (std::size_t place = 0; place < space.places().places().size(); ++place) {
        auto term = table_of(space, place, count);
        if (!term)
            return std::nullopt;
        terms.push_back(std::move(*term));
    }
    return terms;
}

}  // namespace latpred

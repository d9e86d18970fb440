#include "predictors/lookup.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/lookup_keys.hpp"
#include "predictors/uniform_networks.hpp"
#include "spaces/architectures.hpp"

namespace latpred {
namespace {

using Table = std::map<std::string, double>;

const Table& table_of(const LookupEntries& entries, int resolution) {
    const auto found = entries.find(resolution);
    if (found != entries.end())
        return found->second;
    std::vector<int> known;
    for (const auto& [size, table] : entries)
        known.push_back(size);
    throw LookupError(message("look-up table: no entries for resolution ", resolution,
                              "; there are those for ", join(known)));
}

double latency_of(const Table& table, const std::string& key, int resolution) {
    const auto found = table.find(key);
    if (found == table.end()) {
        throw LookupError(
            message("look-up table: resolution ", resolution, " lacks the entry '", key, "'"));
    }
    if (!std::isfinite(found->second) || found->second < 0) {
        throw DataError(message("look-up table: resolution ", resolution, ", entry '", key, "': ",
                                found->second, " ms, a finite latency of at least 0 expected"));
    }
    return found->second;
}

double sum_of(const LookupEntries& entries, const OpGraph& graph, LookupForm form) {
    const int resolution = graph.input_shape().height;
    double total = 0;
    for (const LookupKey& part : lookup_keys(graph, form))
        total += latency_of(table_of(entries, resolution), part.key, resolution);
    return total;
}

/// Writes the weights of the features of one setting and joint choice.
void fill(const BlockLayout& layout, const LookupEntries& entries, const OpGraph& graph,
          LookupForm form, int setting, int choice, std::vector<double>& weights) {
    const std::vector<LookupKey> parts = lookup_keys(graph, form);
    const int resolution = graph.input_shape().height;
    const Table& table = table_of(entries, resolution);
    double fixed = 0;
    for (const LookupKey& part : parts) {
        const double latency = latency_of(table, part.key, resolution);
        const auto slot = std::find_if(
            layout.slots().begin(), layout.slots().end(), [&](const BlockSlot& candidate) {
                return candidate.unit == part.unit && candidate.layer == part.layer;
            });
        if (slot == layout.slots().end()) {
            fixed += latency;
        } else if (choice < slot->choices) {
            weights[static_cast<std::size_t>(layout.block_feature(setting, slot->effect, choice))] =
                latency;
        }
    }
    for (int depth = 0; depth < layout.depth_levels(); ++depth)
        weights[static_cast<std::size_t>(layout.depth_feature(setting, depth))] = fixed;
}

/// The tables must agree with the sums of the parts of whole networks.
void check(const SpacePtr& space, const LookupEntries& entries,
           const std::vector<TableTerm>& terms) {
    const Architectures archs = sample(space, 16, 0);
    std::vector<double> sums(archs.size());
    BlockTable(*space, terms).evaluate(archs.genes(), sums);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const double exact =
            sum_of(entries, space->lower(archs.row(i)), space->family().lookup_form());
        if (std::abs(sums[i] - exact) > 1e-9 * sums[i]) {
            throw ConfigError(message("look-up table: blocks of ", space->name(),
                                      " depend on genes of other blocks, so tables by block "
                                      "cannot hold them"));
        }
    }
}

}  // namespace

std::vector<TableTerm> lookup_terms(const SpacePtr& space, const LookupEntries& entries) {
    const BlockLayout layout(*space);
    std::vector<double> weights(static_cast<std::size_t>(layout.features()));
    visit_uniform(*space, layout, [&](int setting, int choice, const OpGraph& graph) {
        fill(layout, entries, graph, space->family().lookup_form(), setting, choice, weights);
    });
    std::vector<TableTerm> terms = layout_terms(layout, weights);
    check(space, entries, terms);
    return terms;
}

}  // namespace latpred

// Our parts under the keys of OFA's look-up tables.
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/lookup_keys.hpp"
#include "predictors/part_catalogue.hpp"
#include "predictors/uniform_networks.hpp"

namespace latpred {
namespace {

using Tables = std::map<int, std::map<std::string, double>>;

}  // namespace

Tables PartCatalogue::ofa_entries(std::span<const double> values) const {
    Tables tables;
    const BlockLayout layout(*space_);
    visit_uniform(*space_, layout, [&](int, int, const OpGraph& graph) {
        const std::vector<LookupKey> keys = lookup_keys(graph, space_->family().lookup_form());
        std::vector<double> sums(keys.size(), 0.0);
        for (const Part& part : latpred::parts_of(graph, size_)) {
            // The key whose operators hold the part; those without a key count for the next one.
            std::size_t key = 0;
            while (key + 1 < keys.size() && keys[key].end <= part.begin)
                ++key;
            const auto found = numbers_.find(graph_key(part_graph(graph, part)));
            sums[key] += found == numbers_.end() ? std::nan("")
                                                 : values[static_cast<std::size_t>(found->second)];
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (!std::isnan(sums[i]))
                tables[graph.input_shape().height][keys[i].key] = sums[i];
        }
    });
    return tables;
}

}  // namespace latpred

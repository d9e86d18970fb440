#include "neural/node_rows.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string_view>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "encodings/graph_encoding.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

constexpr const char* place_nodes = "places";
constexpr std::size_t archs_at_once = 1024;  // whose dense graphs take some megabytes

bool is_number(std::string_view feature) {
    return feature == "stage" || feature == "stride" || feature == "channels" ||
           feature == "height" || feature.starts_with("log_");
}

/// Sizes span decades.
bool is_size(std::string_view feature) {
    return feature == "channels" || feature == "height";
}

/// Null where the space is not one of cells or blocks.
std::shared_ptr<const GraphEncoding> dense_encoding(const SpacePtr& space) {
    const auto encoding = make_graph_encoding(space);
    const auto names = encoding->feature_names();
    const bool blocks = std::ranges::find(names, "stem") != names.end();
    return blocks && space->family().block_places().empty() ? nullptr : encoding;
}

/// Adds a node's row of features; false where the network lacks the node.
bool add_node(NodeRows& rows, const std::vector<std::string>& features,
              std::span<const float> values, bool named) {
    std::vector<std::string> set;
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (!is_number(features[i]) && values[i] != 0)
            set.push_back(values[i] == 1 ? features[i] : message(features[i], ':', values[i]));
    }
    if (set.empty() && named)
        return false;
    rows.names.push_back(set.empty() ? "join" : join(set, ","));
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (is_number(features[i]))
            rows.numbers.push_back(is_size(features[i]) ? std::log1p(values[i]) : values[i]);
    }
    return true;
}

NodeRows dense_rows(const std::vector<std::string>& names, std::size_t nodes,
                    std::span<const float> features, std::span<const float> adjacency) {
    NodeRows rows;
    std::vector<std::size_t> kept;
    for (std::size_t node = 0; node < nodes; ++node) {
        if (add_node(rows, names, features.subspan(node * names.size(), names.size()), true))
            kept.push_back(node);
    }
    for (const std::size_t from : kept) {
        for (const std::size_t to : kept)
            rows.adjacency.push_back(adjacency[from * nodes + to]);
    }
    return rows;
}

void add_dense(const GraphEncoding& encoding, const Architectures& archs,
               std::vector<NodeRows>& all) {
    const auto names = encoding.feature_names();
    const std::size_t nodes = encoding.nodes();
    std::vector<float> features(archs.size() * nodes * names.size());
    std::vector<float> adjacency(archs.size() * nodes * nodes);
    encoding.encode(archs, features, adjacency);
    for (std::size_t i = 0; i < archs.size(); ++i)
        all.push_back(
            dense_rows(names, nodes,
                       std::span(features).subspan(i * nodes * names.size(), nodes * names.size()),
                       std::span(adjacency).subspan(i * nodes * nodes, nodes * nodes)));
}

NodeRows place_rows(const GraphBatch& batch, std::size_t graph) {
    NodeRows rows;
    const auto first = static_cast<std::size_t>(batch.offsets[graph]);
    const std::size_t nodes = batch.width(graph);
    for (std::size_t node = first; node < first + nodes; ++node)
        add_node(rows, batch.feature_names,
                 std::span(batch.nodes).subspan(node * batch.features(), batch.features()), false);
    rows.adjacency.assign(nodes * nodes, 0.0F);
    for (auto edge = static_cast<std::size_t>(batch.edge_offsets[graph]);
         edge < static_cast<std::size_t>(batch.edge_offsets[graph + 1]); ++edge) {
        const std::size_t from = static_cast<std::size_t>(batch.sources()[edge]) - first;
        const std::size_t to = static_cast<std::size_t>(batch.targets()[edge]) - first;
        rows.adjacency[from * nodes + to] = 1.0F;
    }
    return rows;
}

/// NASFLAT's FBNet: each block for itself.
NodeRows isolated_rows(const Space& space, std::span<const GeneValue> genes) {
    NodeRows rows;
    for (std::size_t i = 0; i < genes.size(); ++i)
        rows.names.push_back(space.genes()[i].text(genes[i]));
    rows.adjacency.assign(genes.size() * genes.size(), 0.0F);
    for (std::size_t i = 0; i < genes.size(); ++i)
        rows.adjacency[i * genes.size() + i] = 1.0F;
    return rows;
}

bool wants_isolated(const Space& space, const std::string& form) {
    if (form == "honest")
        return false;
    if (form != "published")
        throw ConfigError(
            message("encoder: form 'honest' or 'published' expected, got '", excerpt(form), "'"));
    const std::string& family = space.family().name();
    if (family != "fbnet" && family != "nas-bench-201")
        throw ConfigError(message("encoder: the form 'published' is that of fbnet and ",
                                  "nas-bench-201, got ", family));
    return family == "fbnet";
}

}  // namespace

std::vector<NodeRows> node_rows(const Architectures& archs, const std::string& form, int threads) {
    std::vector<NodeRows> all;
    all.reserve(archs.size());
    const bool isolated = wants_isolated(archs.space(), form);
    const auto dense = isolated ? nullptr : dense_encoding(archs.space_ptr());
    for (std::size_t first = 0; first < archs.size(); first += archs_at_once) {
        Monitor::current().poll();
        std::vector<std::size_t> rows(std::min(archs_at_once, archs.size() - first));
        std::iota(rows.begin(), rows.end(), first);
        const Architectures some = archs.select(rows);
        if (dense != nullptr) {
            add_dense(*dense, some, all);
            continue;
        }
        if (isolated) {
            for (std::size_t i = 0; i < some.size(); ++i)
                all.push_back(isolated_rows(some.space(), some.row(i)));
            continue;
        }
        const GraphBatch batch = space_graphs(some, place_nodes, threads);
        for (const std::int64_t graph : batch.index)
            all.push_back(place_rows(batch, static_cast<std::size_t>(graph)));
    }
    return all;
}

std::size_t node_numbers(const SpacePtr& space, const std::string& form) {
    if (wants_isolated(*space, form))
        return 0;
    const auto dense = dense_encoding(space);
    const auto names =
        dense != nullptr ? dense->feature_names() : graph_feature_names(*space, place_nodes);
    return static_cast<std::size_t>(std::ranges::count_if(names, is_number));
}

bool node_numbers_are_costs(const SpacePtr& space, const std::string& form) {
    return !wants_isolated(*space, form) && dense_encoding(space) == nullptr;
}

}  // namespace latpred

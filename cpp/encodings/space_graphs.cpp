#include "encodings/space_graphs.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "encodings/graph_source.hpp"
#include "encodings/operator_level.hpp"
#include "encodings/place_level.hpp"

namespace latpred {
namespace {

const std::array<std::string, 2> level_names{"operators", "places"};

/// The family keeps its sources, one a level, for as long as it lives.
GraphSource& source_of(const Space& space, const std::string& level) {
    if (std::ranges::find(level_names, level) == level_names.end()) {
        throw ConfigError(message("graphs: level '", excerpt(level), "', one of ",
                                  join(level_names), " expected",
                                  did_you_mean(level, level_names)));
    }
    const Family& family = space.family();
    return family.kept<GraphSource>("graphs of " + level, [&] {
        if (level == level_names[0])
            return std::make_shared<GraphSource>(std::make_unique<const OperatorLevel>());
        return std::make_shared<GraphSource>(std::make_unique<const PlaceLevel>(family));
    });
}

}  // namespace

std::span<const std::string> graph_levels() {
    return level_names;
}

std::vector<std::string> graph_feature_names(const Space& space, const std::string& level) {
    return source_of(space, level).level().feature_names();
}

GraphBatch space_graphs(const Architectures& archs, const std::string& level, int threads) {
    return source_of(archs.space(), level).batch(archs, threads);
}

GraphBatch graph_batch(std::span<const OpGraph* const> graphs) {
    const OperatorLevel level;
    GraphShelf shelf(level);
    std::vector<ShelvedPtr> networks;
    for (const OpGraph* graph : graphs) {
        if (graph->ops.empty()) {
            throw ConfigError(message("graph batch: graph ", networks.size(),
                                      " has no operators, at least one expected"));
        }
        networks.push_back(shelf.put(level.draw(*graph, {})));
    }
    return shelf.batch(networks);
}

}  // namespace latpred

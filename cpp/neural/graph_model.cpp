#include "neural/graph_model.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {

GraphInput::GraphInput(std::string level, const Architectures& trained, int threads)
    : level_(std::move(level)), scaling_(space_graphs(trained, level_, threads)) {}

std::map<std::string, int> GraphInput::widths() const {
    return {{"nodes", static_cast<int>(scaling_.features())},
            {"costs", static_cast<int>(scaling_.costs())}};
}

StackData GraphInput::read(const Architectures& archs, bool each_once, int threads) const {
    return scaling_.apply(space_graphs(archs, level_, threads), each_once);
}

void GraphInput::store(TensorFile& file) const {
    file.metadata["level"] = level_;
    scaling_.store(file);
}

std::shared_ptr<const GraphInput> GraphInput::load(const TensorFile& file) {
    const std::string& level = file.text("level");
    if (std::ranges::find(graph_levels(), level) == graph_levels().end())
        throw CorruptionError(message("damaged file: level '", excerpt(level), "' of graphs"));
    return std::make_shared<const GraphInput>(level, GraphScaling::load(file));
}

std::shared_ptr<Predictor> load_graph_model(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file) {
    const OutputScale target = load_output_scale(file);
    return std::make_shared<GraphModel>(space, info, GraphInput::load(file), LayerStack::load(file),
                                        target);
}

}  // namespace latpred

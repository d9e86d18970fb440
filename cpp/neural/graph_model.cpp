#include "neural/graph_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

constexpr std::size_t networks_at_once = 2048;  // whose graphs take some megabytes

/// One graph at a time: sums of matrix products may run otherwise where rows are many, and the last
/// bits of a value must not depend on which other graphs there are.
std::vector<float> outputs_one_by_one(const LayerStack& stack, const StackData& data) {
    Pulse pulse(64);
    std::vector<float> outputs(data.rows);
    for (std::uint32_t row = 0; row < data.rows; ++row) {
        pulse();
        stack.forward(data, std::span(&row, 1), std::span(outputs).subspan(row, 1));
    }
    return outputs;
}

}  // namespace

GraphModel::GraphModel(const SpacePtr& space, ModelInfo info, std::string level,
                       GraphScaling scaling, LayerStack stack, double shift, double scale)
    : Predictor(space, std::move(info)), level_(std::move(level)), scaling_(std::move(scaling)),
      stack_(std::move(stack)), shift_(shift), scale_(scale) {
    const std::map<std::string, int> expected{{"nodes", static_cast<int>(scaling_.features())},
                                              {"costs", static_cast<int>(scaling_.costs())}};
    if (stack_.inputs() != expected || stack_.outputs() != 1 || !std::isfinite(shift_) ||
        !std::isfinite(scale_)) {
        throw ConfigError(message("graph predictor: layers from nodes of ", scaling_.features(),
                                  " features to one output, and finite scales expected"));
    }
}

void GraphModel::predict(const Architectures& archs, std::span<double> values) const {
    for (std::size_t first = 0; first < archs.size(); first += networks_at_once) {
        const std::size_t count = std::min(networks_at_once, archs.size() - first);
        std::vector<std::size_t> rows(count);
        std::iota(rows.begin(), rows.end(), first);
        const StackData data = scaling_.apply(space_graphs(archs.select(rows), level_), true);
        const std::vector<float> outputs = outputs_one_by_one(stack_, data);
        for (std::size_t i = 0; i < count; ++i) {
            const float output = outputs[static_cast<std::size_t>(data.graphs->index[i])];
            values[first + i] = shift_ + scale_ * static_cast<double>(output);
        }
    }
}

void GraphModel::store(TensorFile& file) const {
    file.metadata["level"] = level_;
    const double target[] = {shift_, scale_};
    file.put("target", target);
    scaling_.store(file);
    stack_.store(file);
}

std::shared_ptr<Predictor> load_graph_model(const SpacePtr& space, const ModelInfo& info,
                                            const TensorFile& file) {
    const std::vector<double> target = file.doubles("target");
    if (target.size() != 2)
        throw CorruptionError("damaged file: shift and scale of the values expected");
    const std::string& level = file.text("level");
    if (std::ranges::find(graph_levels(), level) == graph_levels().end())
        throw CorruptionError(message("damaged file: level '", excerpt(level), "' of graphs"));
    return std::make_shared<GraphModel>(space, info, level, GraphScaling::load(file),
                                        LayerStack::load(file), target[0], target[1]);
}

}  // namespace latpred

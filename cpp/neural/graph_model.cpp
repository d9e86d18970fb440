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

std::vector<double> outputs_of(const LayerStack& stack, const StackData& data, double shift,
                               double scale, std::size_t at_once) {
    std::vector<std::uint32_t> rows(data.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    std::vector<float> outputs(data.rows);
    for (std::size_t first = 0; first < rows.size(); first += at_once) {
        Monitor::current().poll();
        const std::size_t count = std::min(at_once, rows.size() - first);
        stack.forward(data, std::span(rows).subspan(first, count),
                      std::span(outputs).subspan(first, count));
    }
    std::vector<double> values;
    for (const float output : outputs)
        values.push_back(shift + scale * static_cast<double>(output));
    return values;
}

void GraphModel::predict(const Architectures& archs, std::span<double> values) const {
    for (std::size_t first = 0; first < archs.size(); first += networks_at_once) {
        const std::size_t count = std::min(networks_at_once, archs.size() - first);
        std::vector<std::size_t> rows(count);
        std::iota(rows.begin(), rows.end(), first);
        const StackData data = scaling_.apply(space_graphs(archs.select(rows), level_), true);
        const std::vector<double> found = outputs_of(stack_, data, shift_, scale_, 1);
        for (std::size_t i = 0; i < count; ++i)
            values[first + i] = found[static_cast<std::size_t>(data.graphs->index[i])];
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

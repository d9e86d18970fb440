#include "neural/stack_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

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

StackModel::StackModel(const SpacePtr& space, ModelInfo info, NetworkInputPtr input,
                       LayerStack stack, OutputScale target)
    : Predictor(space, std::move(info)), input_(std::move(input)), stack_(std::move(stack)),
      target_(target) {
    if (stack_.inputs() != input_->widths() || stack_.outputs() != 1 ||
        !std::isfinite(target_.shift) || !std::isfinite(target_.scale)) {
        throw ConfigError(message(this->info().kind, " predictor: layers from its ",
                                  input_->widths().size(),
                                  " inputs to one output, and finite scales expected"));
    }
}

void StackModel::predict(const Architectures& archs, std::span<double> values) const {
    for (std::size_t first = 0; first < archs.size(); first += networks_at_once) {
        const std::size_t count = std::min(networks_at_once, archs.size() - first);
        std::vector<std::size_t> rows(count);
        std::iota(rows.begin(), rows.end(), first);
        const StackData data = input_->read(archs.select(rows), true);
        const std::vector<float> outputs = outputs_one_by_one(stack_, data);
        for (std::size_t i = 0; i < count; ++i) {
            const float output = outputs[static_cast<std::size_t>(data.graphs->index[i])];
            values[first + i] = target_.shift + target_.scale * static_cast<double>(output);
        }
    }
}

void StackModel::store(TensorFile& file) const {
    const double target[] = {target_.shift, target_.scale};
    file.put("target", target);
    input_->store(file);
    stack_.store(file);
}

OutputScale load_output_scale(const TensorFile& file) {
    const std::vector<double> target = file.doubles("target");
    if (target.size() != 2)
        throw CorruptionError("damaged file: shift and scale of the values expected");
    return {target[0], target[1]};
}

}  // namespace latpred

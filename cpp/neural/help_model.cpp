#include "neural/help_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/help_input.hpp"
#include "predictors/batches.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_stacks = 1000;

std::string stack_prefix(std::size_t number) {
    return message("draw", number, ".");
}

}  // namespace

HelpModel::HelpModel(const SpacePtr& space, ModelInfo info, HelpState state)
    : Predictor(space, std::move(info)), state_(std::move(state)) {
    const std::map<std::string, int> expected{
        {HelpInput::has_cells(*space) ? "nodes" : "architecture",
         static_cast<int>(HelpInput::features(space))},
        {"device", static_cast<int>(state_.device.size())}};
    const bool finite =
        std::isfinite(state_.shift) && std::isfinite(state_.scale) && std::isfinite(state_.least) &&
        std::ranges::all_of(state_.device, [](float v) { return std::isfinite(v); });
    const bool fits = std::ranges::all_of(state_.stacks, [&](const LayerStack& stack) {
        return stack.inputs() == expected && stack.outputs() == 1;
    });
    if (state_.stacks.empty() || !finite || !fits)
        throw CorruptionError("HELP: stacks of this space and finite numbers expected");
    for (const LayerStack& stack : state_.stacks)
        forwards_.emplace_back(stack, state_.device);
}

void HelpModel::predict(const Architectures& archs, std::span<double> values) const {
    const auto count = static_cast<double>(state_.stacks.size());
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const StackData data = HelpInput(part).on(state_.device);
        std::vector<double> sums(part.size(), 0.0);
        for (const HelpForward& forward : forwards_) {
            Monitor::current().poll();
            forward.add(data, sums);
        }
        for (std::size_t i = 0; i < sums.size(); ++i)
            values[begin + i] =
                std::max(state_.shift + state_.scale * sums[i] / count, state_.least);
    });
}

void HelpModel::store(TensorFile& file) const {
    const double numbers[] = {static_cast<double>(state_.stacks.size()), state_.shift, state_.scale,
                              state_.least};
    file.put("help.numbers", numbers);
    file.put("help.device", std::vector<double>(state_.device.begin(), state_.device.end()));
    for (std::size_t i = 0; i < state_.stacks.size(); ++i)
        state_.stacks[i].store(file, stack_prefix(i));
}

std::shared_ptr<Predictor> load_help(const SpacePtr& space, const ModelInfo& info,
                                     const TensorFile& file) {
    const std::vector<double> numbers = file.doubles("help.numbers");
    if (numbers.size() != 4 || !(numbers[0] >= 1 && numbers[0] <= most_stacks))
        throw CorruptionError("damaged file: help.numbers: four numbers expected");
    HelpState state;
    state.shift = numbers[1];
    state.scale = numbers[2];
    state.least = numbers[3];
    for (const double value : file.doubles("help.device"))
        state.device.push_back(static_cast<float>(value));
    for (std::size_t i = 0; i < static_cast<std::size_t>(numbers[0]); ++i)
        state.stacks.push_back(LayerStack::load(file, stack_prefix(i)));
    return std::make_shared<HelpModel>(space, info, std::move(state));
}

}  // namespace latpred

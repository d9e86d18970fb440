#include "neural/help_learner.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"

namespace latpred {
namespace {

std::vector<std::uint32_t> rows_of(const StackData& data) {
    std::vector<std::uint32_t> rows(data.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

/// Mean of the squared errors of all rows; leaves its gradient in the stack.
double squared_error(const LayerStack& stack, const StackData& data,
                     std::span<const float> target) {
    const std::vector<std::uint32_t> rows = rows_of(data);
    return stack.step(data, rows, {}, [&](std::span<const float> y, std::span<float> slopes) {
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            const double error = static_cast<double>(y[i]) - target[i];
            sum += error * error;
            slopes[i] = static_cast<float>(2 * error / static_cast<double>(y.size()));
        }
        return sum / static_cast<double>(y.size());
    });
}

std::vector<Parameters::Tensor> help_tensors(std::size_t weights, const HelpModulatorShape& shape) {
    std::vector<Parameters::Tensor> all{{"theta", 0, weights}, {"rates", 0, weights}};
    for (Parameters::Tensor& tensor : shape.tensors())
        all.push_back(std::move(tensor));
    return all;
}

/// As PyTorch's nn.Linear starts.
void draw_uniform(std::span<float> values, std::size_t inputs, Rng rng) {
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (float& value : values)
        value = static_cast<float>(bound * (2 * rng.uniform() - 1));
}

/// Graph weights start within .05, as the original's.
void shrink_graph_weights(const LayerStack& stack, std::size_t width) {
    const auto factor = static_cast<float>(0.05 * std::sqrt(static_cast<double>(width)));
    for (std::size_t i = 0; i < stack.parameters().tensors().size(); ++i) {
        const std::string& name = stack.parameters().tensors()[i].name;
        if (!name.starts_with("gc") || !name.ends_with(".weight"))
            continue;
        for (float& value : stack.parameters().value(i))
            value *= factor;
    }
}

}  // namespace

struct HelpLearner::Trail {
    std::vector<std::vector<float>> weights, slopes;
};

HelpLearner::HelpLearner(const HelpSettings& settings, const std::string& layers,
                         std::uint64_t seed)
    : settings_(settings), layers_(layers), weights_(LayerStack(layers).parameters().size()),
      shape_{settings.references, 3 * (2 * settings.width + 1)},
      parameters_(help_tensors(weights_, shape_)),
      modulation_(LayerStack(layers), settings.width, settings.z_scale) {
    LayerStack first(layers);
    first.initialise(seed);
    shrink_graph_weights(first, settings.width);
    std::ranges::copy(first.parameters().values(), parameters_.value(0).begin());
    // Numbers between tensors stay 0: their gradients are.
    std::ranges::fill(parameters_.value(1), static_cast<float>(settings.inner_rate));
    for (std::size_t i = 2; i < parameters_.tensors().size(); ++i)
        draw_uniform(parameters_.value(i), i < 4 ? shape_.device : HelpModulatorShape::hidden,
                     Rng(seed, "initial weights of " + parameters_.tensors()[i].name));
}

std::size_t HelpLearner::count() const {
    std::size_t sum = 0;
    for (const Parameters::Tensor& tensor : LayerStack(layers_).parameters().tensors())
        sum += 2 * tensor.size;
    for (std::size_t i = 2; i < parameters_.tensors().size(); ++i)
        sum += parameters_.tensors()[i].size;
    return sum;
}

std::span<float> HelpLearner::of(std::size_t tensor, std::span<float> block) const {
    const Parameters::Tensor& place = parameters_.tensors()[tensor];
    return block.subspan(place.offset, place.size);
}

HelpModulatorTensors HelpLearner::modulator(std::span<float> block) const {
    return {of(2, block), of(3, block), of(4, block), of(5, block)};
}

HelpDraw HelpLearner::drawn(const HelpTask& task) const {
    return draw_modulation(shape_, modulator(parameters_.values()), task.device, task.noise);
}

void HelpLearner::descend(const HelpTask& task, LayerStack& stack, Trail* trail) const {
    const std::span<float> weights = stack.parameters().values();
    const std::span<float> slopes = stack.parameters().gradients();
    const std::span<float> rates = parameters_.value(1);
    for (std::size_t step = 0; step < settings_.steps; ++step) {
        squared_error(stack, task.support, task.support_target);
        if (trail != nullptr) {
            trail->weights.emplace_back(weights.begin(), weights.end());
            trail->slopes.emplace_back(slopes.begin(), slopes.end());
        }
        for (std::size_t i = 0; i < weights_; ++i)
            weights[i] -= rates[i] * slopes[i];
    }
}

void HelpLearner::adapt(const HelpTask& task, LayerStack& stack) const {
    std::ranges::copy(parameters_.value(0), stack.parameters().values().begin());
    modulation_.apply(drawn(task).z, stack.parameters().values());
    descend(task, stack, nullptr);
}

/// With w' = w - rate * g(w): d/d rate = -slope * g, d/d w = slope - H (rate * slope).
void HelpLearner::climb_back(const HelpTask& task, LayerStack& stack, const Trail& trail,
                             std::span<float> slopes, std::span<float> of_rates) const {
    const std::span<float> rates = parameters_.value(1);
    const std::vector<std::uint32_t> rows = rows_of(task.support);
    const float factor = 2 / static_cast<float>(rows.size());
    std::vector<float> along(weights_);
    std::vector<float> curved(weights_);
    for (std::size_t step = settings_.steps; step-- > 0;) {
        for (std::size_t i = 0; i < weights_; ++i) {
            of_rates[i] -= slopes[i] * trail.slopes[step][i];
            along[i] = rates[i] * slopes[i];
        }
        if (!settings_.second_order)
            continue;
        std::ranges::copy(trail.weights[step], stack.parameters().values().begin());
        stack.hessian_vector(task.support, rows, task.support_target, along, curved);
        for (std::size_t i = 0; i < weights_; ++i)
            slopes[i] -= factor * curved[i];
    }
}

double HelpLearner::add_gradient(const HelpTask& task, LayerStack& stack, double share,
                                 std::span<float> gradients) const {
    const std::span<float> theta = parameters_.value(0);
    const HelpDraw draw = drawn(task);
    std::ranges::copy(theta, stack.parameters().values().begin());
    modulation_.apply(draw.z, stack.parameters().values());
    Trail trail;
    descend(task, stack, &trail);
    const double loss = squared_error(stack, task.query, task.query_target);
    const std::span<float> found = stack.parameters().gradients();
    std::vector<float> slopes(found.begin(), found.end());
    std::vector<float> of_rates(weights_, 0.0F);
    climb_back(task, stack, trail, slopes, of_rates);
    std::vector<double> of_z = modulation_.back(draw.z, theta, slopes);
    const auto part = static_cast<float>(share);
    const std::span<float> to_theta = of(0, gradients);
    const std::span<float> to_rates = of(1, gradients);
    for (std::size_t i = 0; i < weights_; ++i) {
        to_theta[i] += part * slopes[i];
        to_rates[i] += part * of_rates[i];
    }
    for (double& slope : of_z)
        slope *= share;
    modulator_gradients(shape_, modulator(parameters_.values()), task.device, draw, of_z,
                        share * task.kl_weight, modulator(gradients));
    return share * (loss + task.kl_weight * draw.kl);
}

}  // namespace latpred

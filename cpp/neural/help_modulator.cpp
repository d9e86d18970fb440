#include "neural/help_modulator.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace latpred {
namespace {

double softplus_of(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// Offset of a tensor in a stack's block.
const Parameters::Tensor& place_of(const LayerStack& stack, const std::string& name) {
    const auto& all = stack.parameters().tensors();
    const auto found = std::ranges::find(all, name, &Parameters::Tensor::name);
    if (found == all.end())
        throw ConfigError("HELP: a stack with the layers fc3, fc4 and fc5 expected");
    return *found;
}

}  // namespace

std::vector<Parameters::Tensor> HelpModulatorShape::tensors() const {
    return {{"modulator.0.weight", 0, hidden * device},
            {"modulator.0.bias", 0, hidden},
            {"modulator.1.weight", 0, 2 * values * hidden},
            {"modulator.1.bias", 0, 2 * values}};
}

HelpDraw draw_modulation(const HelpModulatorShape& shape, const HelpModulatorTensors& p,
                         std::span<const float> device, std::vector<double> noise) {
    HelpDraw draw;
    draw.noise = std::move(noise);
    for (std::size_t i = 0; i < HelpModulatorShape::hidden; ++i) {
        double sum = p.first_bias[i];
        for (std::size_t j = 0; j < shape.device; ++j)
            sum += static_cast<double>(p.first_weight[i * shape.device + j]) * device[j];
        draw.hidden.push_back(std::max(sum, 0.0));
    }
    const auto output = [&](std::size_t k) {
        double sum = p.second_bias[k];
        for (std::size_t i = 0; i < HelpModulatorShape::hidden; ++i)
            sum += p.second_weight[k * HelpModulatorShape::hidden + i] * draw.hidden[i];
        return sum;
    };
    for (std::size_t k = 0; k < shape.values; ++k) {
        const double mean = output(k);
        const double raw = output(shape.values + k);
        const double deviation = std::max(softplus_of(raw), 1e-12);
        draw.mean.push_back(mean);
        draw.deviation.push_back(deviation);
        draw.slope.push_back(1 / (1 + std::exp(-raw)));
        draw.z.push_back(mean + deviation * draw.noise[k]);
        draw.kl += 0.5 * (deviation * deviation + mean * mean - 1) - std::log(deviation);
    }
    return draw;
}

void modulator_gradients(const HelpModulatorShape& shape, const HelpModulatorTensors& p,
                         std::span<const float> device, const HelpDraw& draw,
                         std::span<const double> z, double kl_weight,
                         const HelpModulatorTensors& gradients) {
    std::vector<double> below(HelpModulatorShape::hidden, 0.0);
    const auto add = [&](std::size_t k, double slope) {
        gradients.second_bias[k] += static_cast<float>(slope);
        for (std::size_t i = 0; i < HelpModulatorShape::hidden; ++i) {
            gradients.second_weight[k * HelpModulatorShape::hidden + i] +=
                static_cast<float>(slope * draw.hidden[i]);
            below[i] += slope * p.second_weight[k * HelpModulatorShape::hidden + i];
        }
    };
    for (std::size_t k = 0; k < shape.values; ++k) {
        const double deviation = draw.deviation[k];
        add(k, z[k] + kl_weight * draw.mean[k]);
        add(shape.values + k,
            (z[k] * draw.noise[k] + kl_weight * (deviation - 1 / deviation)) * draw.slope[k]);
    }
    for (std::size_t i = 0; i < HelpModulatorShape::hidden; ++i) {
        if (draw.hidden[i] <= 0)
            continue;
        gradients.first_bias[i] += static_cast<float>(below[i]);
        for (std::size_t j = 0; j < shape.device; ++j)
            gradients.first_weight[i * shape.device + j] +=
                static_cast<float>(below[i] * device[j]);
    }
}

HelpModulation::HelpModulation(const LayerStack& stack, std::size_t width, double scale)
    : inputs_(2 * width), scale_(scale) {
    for (const char* layer : {"fc3", "fc4", "fc5"}) {
        const std::string name = layer;
        const Parameters::Tensor& weight = place_of(stack, name + ".weight");
        const Parameters::Tensor& bias = place_of(stack, name + ".bias");
        if (weight.size != bias.size * inputs_)
            throw ConfigError("HELP: layers of twice the width expected");
        places_.push_back({weight.offset, bias.offset, bias.size});
    }
}

void HelpModulation::apply(std::span<const double> z, std::span<float> parameters) const {
    for (std::size_t l = 0; l < places_.size(); ++l) {
        const Place& place = places_[l];
        const auto shift = static_cast<float>(scale_ * z[places_.size() * inputs_ + l]);
        for (std::size_t o = 0; o < place.outputs; ++o) {
            parameters[place.bias + o] += shift;
            for (std::size_t i = 0; i < inputs_; ++i)
                parameters[place.weight + o * inputs_ + i] *=
                    static_cast<float>(1 + scale_ * z[l * inputs_ + i]);
        }
    }
}

std::vector<double> HelpModulation::back(std::span<const double> z,
                                         std::span<const float> parameters,
                                         std::span<float> slopes) const {
    std::vector<double> of_z(z.size(), 0.0);
    for (std::size_t l = 0; l < places_.size(); ++l) {
        const Place& place = places_[l];
        double& of_bias = of_z[places_.size() * inputs_ + l];
        for (std::size_t o = 0; o < place.outputs; ++o) {
            of_bias += scale_ * slopes[place.bias + o];
            for (std::size_t i = 0; i < inputs_; ++i) {
                const std::size_t at = place.weight + o * inputs_ + i;
                of_z[l * inputs_ + i] += scale_ * static_cast<double>(slopes[at]) * parameters[at];
                slopes[at] *= static_cast<float>(1 + scale_ * z[l * inputs_ + i]);
            }
        }
    }
    return of_z;
}

}  // namespace latpred

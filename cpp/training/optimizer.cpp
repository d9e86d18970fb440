#include "training/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
std::vector<std::string> optimizer_names() {
    return {"adam", "adamw", "sgd"};
}

void check_optimizer(const OptimizerSettings& s) {
    const std::vector<std::string> names = optimizer_names();
    if (std::ranges::find(names, s.name) == names.end())
        throw ConfigError(message("unknown optimizer '", excerpt(s.name), "'; known: ", join(names),
                                  did_you_mean(s.name, names)));
    const auto below_one = [](double value) { return value >= 0 && value < 1; };
    const auto in_float = [](double value) {  // the steps are taken in single precision
        return value >= std::numeric_limits<float>::min() &&
               value <= std::numeric_limits<float>::max();
    };
    if (!in_float(s.learning_rate) || !(s.weight_decay == 0 || in_float(s.weight_decay)) ||
        !in_float(s.epsilon)) {
        throw ConfigError(message("optimizer: learning rate ", s.learning_rate, " (above 0), ",
                                  "weight decay ", s.weight_decay, " (at least 0) and epsilon ",
                                  s.epsilon, " (above 0), single-precision numbers expected"));
    }
    if (!below_one(s.momentum) || !below_one(s.beta1) || !below_one(s.beta2)) {
        throw ConfigError(message("optimizer: momentum ", s.momentum, ", beta1 ", s.beta1,
                                  ", beta2 ", s.beta2, ", from 0 to below 1 expected"));
    }
    if (s.nesterov && s.momentum == 0)
        throw ConfigError("optimizer: nesterov without momentum");
}

Optimizer::Optimizer(const Parameters& parameters, OptimizerSettings settings)
    : parameters_(parameters), settings_(std::move(settings)), first_(parameters.size()),
      second_(settings_.name == "sgd" ? 0 : parameters.size()) {
    check_optimizer(settings_);
}

void Optimizer::step(double factor) {
    std::vector<std::pair<std::span<float>, std::vector<float>>> kept;  // decay would shrink them
    for (const Parameters::Tensor& tensor : parameters_.tensors()) {
        const std::span<float> values = parameters_.values().subspan(tensor.offset, tensor.size);
        if (!tensor.learned)
            kept.emplace_back(values, std::vector<float>(values.begin(), values.end()));
    }
    descend(factor);
    for (const auto& [values, before] : kept)
        std::ranges::copy(before, values.begin());
}

void Optimizer::descend(double factor) {
    const FlushDenormals flush;
    const OptimizerSettings& s = settings_;
    const double rate = s.learning_rate * factor;
    const auto f = [](double number) { return static_cast<float>(number); };
    float* values = parameters_.values().data();
    const float* gradients = parameters_.gradients().data();
    ++steps_;
    if (s.name == "sgd") {
        momentum_descent({f(rate), f(s.momentum), f(s.weight_decay), s.nesterov}, gradients, values,
                         first_.data(), parameters_.size());
        return;
    }
    const bool decoupled = s.name == "adamw";
    const auto t = static_cast<double>(steps_);
    adam({.rate = f(rate / (1 - std::pow(s.beta1, t))),
          .mean_share = f(1 - s.beta1),
          .squares_kept = f(s.beta2),
          .squares_share = f(1 - s.beta2),
          .unbiased = f(1 / std::sqrt(1 - std::pow(s.beta2, t))),
          .epsilon = f(s.epsilon),
          .added_decay = decoupled ? 0.0F : f(s.weight_decay),
          .kept = decoupled ? f(1 - rate * s.weight_decay) : 1.0F},
         gradients, values, first_.data(), second_.data(), parameters_.size());
}

std::map<std::string, std::span<float>> Optimizer::buffers() const {
    if (settings_.name == "sgd")
        return {{"momentum", first_.span()}};
    return {{"mean", first_.span()}, {"mean_of_squares", second_.span()}};
}

}  // namespace latpred

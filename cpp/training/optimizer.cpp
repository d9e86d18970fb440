#include "training/optimizer.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

at::Tensor view_of(std::span<float> values) {
    return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())});
}

}  // namespace

/// The lists that the fused kernels take; views of the blocks.
struct Optimizer::Tensors {
    std::vector<at::Tensor> values;
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> first;
    std::vector<at::Tensor> second;
    std::vector<at::Tensor> steps;
};

std::vector<std::string> optimizer_names() {
    return {"adam", "adamw", "sgd"};
}

void check_optimizer(const OptimizerSettings& s) {
    const std::vector<std::string> names = optimizer_names();
    if (std::ranges::find(names, s.name) == names.end())
        throw ConfigError(message("unknown optimizer '", s.name, "'; known: ", join(names)));
    const auto below_one = [](double value) { return value >= 0 && value < 1; };
    if (!(s.learning_rate > 0) || !std::isfinite(s.learning_rate) || !(s.weight_decay >= 0) ||
        !std::isfinite(s.weight_decay) || !(s.epsilon > 0)) {
        throw ConfigError(message("optimizer: learning rate ", s.learning_rate, " (above 0), ",
                                  "weight decay ", s.weight_decay, " (at least 0) and epsilon ",
                                  s.epsilon, " (above 0) expected"));
    }
    if (!below_one(s.momentum) || !below_one(s.beta1) || !below_one(s.beta2)) {
        throw ConfigError(message("optimizer: momentum ", s.momentum, ", beta1 ", s.beta1,
                                  ", beta2 ", s.beta2, ", from 0 to below 1 expected"));
    }
    if (s.nesterov && s.momentum == 0)
        throw ConfigError("optimizer: nesterov without momentum");
}

Optimizer::Optimizer(const Parameters& parameters, OptimizerSettings settings)
    : settings_(std::move(settings)), first_(parameters.size()),
      second_(settings_.name == "sgd" ? 0 : parameters.size()),
      tensors_(std::make_unique<Tensors>()) {
    check_optimizer(settings_);
    tensors_->values = {view_of(parameters.values())};
    tensors_->gradients = {view_of(parameters.gradients())};
    tensors_->first = {view_of(first_.span())};
    tensors_->second = {view_of(second_.span())};
    tensors_->steps = {at::zeros({})};
}

Optimizer::~Optimizer() = default;

void Optimizer::step(double factor) {
    const at::NoGradGuard no_grad;
    const double rate = settings_.learning_rate * factor;
    const OptimizerSettings& s = settings_;
    Tensors& t = *tensors_;
    const bool first_step = steps_ == 0;
    ++steps_;
    if (s.name == "sgd") {
        at::_fused_sgd_(t.values, t.gradients,
                        s.momentum == 0 ? std::vector<at::Tensor>{} : t.first, s.weight_decay,
                        s.momentum, rate, /*dampening=*/0.0, s.nesterov, /*maximize=*/false,
                        first_step);
        return;
    }
    t.steps.front().fill_(static_cast<double>(steps_));
    if (s.name == "adam") {
        at::_fused_adam_(t.values, t.gradients, t.first, t.second, {}, t.steps, rate, s.beta1,
                         s.beta2, s.weight_decay, s.epsilon, /*amsgrad=*/false,
                         /*maximize=*/false);
    } else {
        at::_fused_adamw_(t.values, t.gradients, t.first, t.second, {}, t.steps, rate, s.beta1,
                          s.beta2, s.weight_decay, s.epsilon, /*amsgrad=*/false,
                          /*maximize=*/false);
    }
}

std::map<std::string, std::span<float>> Optimizer::buffers() const {
    if (settings_.name == "sgd")
        return {{"momentum", first_.span()}};
    return {{"mean", first_.span()}, {"mean_of_squares", second_.span()}};
}

}  // namespace latpred

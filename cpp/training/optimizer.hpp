// Optimiser steps over one block of parameters, on the calling thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "training/parameters.hpp"

namespace latpred {

/// `name` is one of `optimizer_names()`: "sgd", "adam", "adamw", each as PyTorch's of that name.
struct OptimizerSettings {
    std::string name = "adamw";
    double learning_rate = 1e-3;
    double weight_decay = 0;  ///< "adamw": decoupled; else added to the gradient
    double momentum = 0.9;    ///< of "sgd"
    bool nesterov = false;    ///< of "sgd"
    double beta1 = 0.9;       ///< of "adam" and "adamw", as those below
    double beta2 = 0.999;
    double epsilon = 1e-8;
};

std::vector<std::string> optimizer_names();

/// ConfigError for an unknown name (the known ones are listed) or numbers out of range.
void check_optimizer(const OptimizerSettings& settings);

class Optimizer {
  public:
    /// Keeps a reference: `parameters` must live longer.
    Optimizer(const Parameters& parameters, OptimizerSettings settings);
    Optimizer(const Optimizer&) = delete;
    Optimizer& operator=(const Optimizer&) = delete;

    /// One step along the gradients of what is learned; the learning rate is that of the settings
    /// times `factor`.
    void step(double factor = 1);

    [[nodiscard]] const OptimizerSettings& settings() const { return settings_; }

    /// Steps taken, and its buffers by name, for checkpoints. Write into them to restore.
    [[nodiscard]] std::size_t steps() const { return steps_; }
    void set_steps(std::size_t steps) { steps_ = steps; }
    [[nodiscard]] std::map<std::string, std::span<float>> buffers() const;

  private:
    void descend(double factor);

    const Parameters& parameters_;
    OptimizerSettings settings_;
    std::size_t steps_ = 0;
    FloatBlock first_;   ///< momentum, or mean of the gradients
    FloatBlock second_;  ///< mean of their squares
};

}  // namespace latpred

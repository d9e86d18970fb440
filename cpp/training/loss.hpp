// Losses of a minibatch, with their gradients.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace latpred {

/// `name` is one of `loss_names()`, e the error of a row (predicted - target):
/// "mse" mean e^2 · "rmse" sqrt(mean e^2 + 1e-6), the OFA tutorial's · "mae" mean |e| ·
/// "smooth-l1" mean of e^2 / (2 beta) where |e| < beta, else |e| - beta / 2 (beta 0: "mae") ·
/// "relative" mean |e| / |target| · "pairwise-rank" mean over the pairs of rows with different
/// targets of max(0, margin - difference of the predictions, in the targets' order).
struct LossSettings {
    std::string name = "smooth-l1";
    double beta = 0.02;   ///< of "smooth-l1", in the targets' unit
    double margin = 0.1;  ///< of "pairwise-rank", in the predictions' unit
};

std::vector<std::string> loss_names();

/// ConfigError for an unknown name (the known ones are listed), a negative or non-finite number.
void check_loss(const LossSettings& settings);

/// The loss of N rows; writes d loss / d predicted. DataError where "relative" meets a target 0.
double loss_and_gradient(const LossSettings& settings, std::span<const float> predicted,
                         std::span<const float> target, std::span<float> gradient);

}  // namespace latpred

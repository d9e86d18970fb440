// The loss of scores of networks on devices.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace latpred {

/// Of a minibatch: `pairs` x the mean over pairs of max(0, margin - difference of the scores, in
/// the order of the wanted values), plus `errors` x the mean error of scores.
struct DeviceLoss {
    double pairs = 1;
    double margin = 0.1;
    bool across = false;          ///< pairs of different devices, too, as published
    std::size_t pairs_a_row = 0;  ///< at most so many times the rows, drawn; 0: all
    double errors = 0;
    std::string error = "smooth-l1";  ///< as LossSettings
    double beta = 0.1;
    bool summed = false;  ///< the sum of the errors in place of their mean
};

/// ConfigError for an unknown error, numbers out of range, or neither pairs nor errors.
void check_device_loss(const DeviceLoss& loss);

/// The loss of n rows (scores, wanted values, devices); adds its slopes. `draw` decides which pairs
/// are drawn where not all count.
double device_loss(const DeviceLoss& loss, std::span<const float> scores,
                   std::span<const float> wanted, std::span<const std::uint32_t> devices,
                   std::uint64_t draw, std::span<float> slopes);

}  // namespace latpred

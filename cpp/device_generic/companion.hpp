// A model of a device that does not rest on architecture factors, for devices of another kind.
#pragma once

#include "device_generic/knowledge.hpp"

namespace latpred {

/// Fewer samples do not tell which model is better.
inline constexpr std::size_t least_gated_samples = 8;

/// `TransferPredictor`'s "best", of the samples and the devices and factors learnt from, where each
/// sample, left out with a tenth of the others, is predicted with less than .75 of `own_error`, the
/// mean absolute error of its logarithm by the device-generic model; null where it is not, and for
/// fewer than `least_gated_samples` different networks.
PredictorPtr preferred_companion(const Knowledge& knowledge, const Rows& samples, double own_error,
                                 const FitContext& context);

}  // namespace latpred

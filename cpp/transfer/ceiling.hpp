// What no model of a device's table can be expected to pass: part of a latency is noise.
#pragma once

#include <span>
#include <vector>

#include "transfer/device_matrix.hpp"

namespace latpred {

/// For each of the columns the rank correlation of its latencies with out-of-fold predictions, in
/// five folds of networks: a ridge on one-hot genes (with products of pairs in spaces of few
/// genes), costs of the network and its stages, and the log latencies on all other devices of the
/// matrix; the best of four, of log ms or of ranks, with or without products of two devices.
/// Thousands of rows of the device itself are in each fit, so that few-shot methods stay below,
/// noise and chance aside. NaN for fewer than 20 networks.
///
/// Computed once in the process for the same table and device, by content.
std::vector<double> transfer_ceilings(const DeviceMatrix& tables,
                                      std::span<const std::size_t> columns);

}  // namespace latpred

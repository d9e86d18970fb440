// Rows of a training: networks on devices, each pair once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/device_network.hpp"

namespace latpred {

/// What layers read for the different (network, device) pairs of N rows.
struct DevicePairs {
    StackData data;                     ///< a row a pair
    std::vector<std::uint32_t> pair;    ///< N: of each row
    std::vector<std::uint32_t> device;  ///< N
    std::vector<float> wanted;          ///< N
};

/// DataError for no row, another number of wanted values or such that are not finite; SchemaError
/// for networks of different spaces.
DevicePairs device_pairs(const DeviceInput& input, std::span<const DeviceExamples> examples,
                         int threads);

/// The rows of these networks on one device: a pair each.
StackData on_device(StackData networks, std::size_t device);

}  // namespace latpred

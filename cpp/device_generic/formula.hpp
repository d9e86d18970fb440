// Latency as a factor of the network times a factor of the device.
#pragma once

#include <string>

namespace latpred {

/// What a data sheet says of a processor.
struct DeviceNumbers {
    double frequency_ghz = 0;
    double dispatch_width = 0;  ///< operations that enter the back end in a cycle
    double cache_mb = 0;        ///< last level
    double memory_gbs = 0;      ///< bandwidth
};

/// DataError naming the device and the number that is not above 0 and finite.
void check(const DeviceNumbers& device, const std::string& name);

/// k = (1 / D + 1 / (sqrt(C) M)) / F: the ms that an architecture factor of 1 takes. The cycles of a
/// network are those that issuing needs and those of cache misses, whose rate falls with the root of
/// the cache and whose penalty with the bandwidth (Wang and Zhang, "DGL: Device Generic Latency
/// Model for Neural Architecture Search on Mobile Devices", IEEE TMC 2024; `utils.py`).
double ms_per_factor(const DeviceNumbers& device);

}  // namespace latpred

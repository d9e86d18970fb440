// Latency as a factor of the network times a factor of the device.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace latpred {

/// What a data sheet says of a processor.
struct DeviceNumbers {
    double frequency_ghz = 0;
    double dispatch_width = 0;  ///< operations that enter the back end in a cycle
    double cache_mb = 0;        ///< last level
    double memory_gbs = 0;      ///< bandwidth
};

/// Which of the numbers is not above 0 and finite, or that the latency by them is not.
std::optional<std::string> complaint(const DeviceNumbers& device);

/// DataError naming the device and what is wrong with it.
void check(const DeviceNumbers& device, const std::string& name);

/// k = (1 / D + 1 / (sqrt(C) M)) / F: the ms that an architecture factor of 1 takes. The cycles of
/// a network are those that issuing needs and those of cache misses, whose rate falls with the root
/// of the cache and whose penalty with the bandwidth (Wang and Zhang, "DGL: Device Generic Latency
/// Model for Neural Architecture Search on Mobile Devices", IEEE TMC 2024; `utils.py`).
double ms_per_factor(const DeviceNumbers& device);

/// Latencies in ms of N architecture factors; DataError naming the first that is not above 0 and
/// finite.
std::vector<double> latency_ms(std::span<const double> factors, const DeviceNumbers& device);

/// The inverse: factors of N latencies in ms.
std::vector<double> architecture_factors(std::span<const double> latency_ms,
                                         const DeviceNumbers& device);

}  // namespace latpred

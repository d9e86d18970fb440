// Architecture factors of networks that were measured on several devices.
#pragma once

#include <span>
#include <vector>

#include "device_generic/formula.hpp"

namespace latpred {

struct FactorFit {
    std::vector<double> factors;  ///< of N networks
    std::vector<double> offsets;  ///< of D devices: log of how much slower than their numbers say
    double deviation = 0;         ///< robust standard deviation of log latency about the model
};

/// log L_id = log A_i + log k_d + o_d + e for N x D latencies in ms (row-major, NaN where there is
/// none), the offsets of mean 0.
///
/// Offsets are medians over the networks that several devices have measured; factors are Tukey's
/// biweight means over the devices, started from medians: what one of three or more devices says
/// wrongly of a network does not count. The order of devices and of networks does not matter, bit
/// for bit. DataError for another number of latencies, a network or device without any, and
/// latencies that are not above 0 and finite.
FactorFit fit_factors(std::span<const double> latency_ms, std::span<const DeviceNumbers> devices);

}  // namespace latpred

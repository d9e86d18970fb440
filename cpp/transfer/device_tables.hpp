// Latencies of the same networks on several devices: what a transfer task is made of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Checks N networks, N x D latencies in ms (row-major) and the names of D devices.
///
/// DataError, naming where: no network, no device, another number of values or of names, a network
/// or a name that comes twice, an empty name, a latency that is no positive finite number.
void require_tables(const Architectures& archs, std::span<const double> latency_ms,
                    std::size_t devices, std::span<const std::string> names);

/// The row in `held` of each network of `wanted`. Both hold the same networks, each once, in any
/// order; else SchemaError (another space) or DataError that names `device` and what is missing.
std::vector<std::size_t> matching_rows(const Architectures& wanted, const Architectures& held,
                                       const std::string& device);

}  // namespace latpred

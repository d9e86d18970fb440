// Random small networks to learn a device from: blocks of the literature in sizes as networks have
// them, alone, in short chains, and as whole networks.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "graphs/op_graph.hpp"

namespace latpred {

/// Kinds of probes, by the block that they are made of.
std::span<const std::string_view> probe_families();

/// The family of a probe: each comes once in as many numbers as there are families.
std::string_view probe_family(std::uint64_t seed, std::uint64_t number);

/// A probe: the same for the same seed and number on all machines. About every fifth is a whole
/// network; MACs are about log-uniform from 0.2 million to 4 billion.
OpGraph probe_network(std::uint64_t seed, std::uint64_t number);

}  // namespace latpred

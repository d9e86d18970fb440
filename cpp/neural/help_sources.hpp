// Source devices as HELP meets them: one pool of networks, scaled latencies, reference networks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/help_settings.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// The published reference networks of NAS-Bench-201 and FBNet; none for other spaces.
Architectures published_references(const SpacePtr& space);

/// The different networks of rows in canonical order, and the median of each one's values.
struct HelpRows {
    HelpRows(const SpacePtr& space, const Rows& rows, const char* what);
    /// Only the networks of least hash, at most so many: the same ones of each device.
    void thin(std::size_t most);

    Architectures archs;
    std::vector<double> values;
    std::uint64_t hash = 0;  ///< of both
};

/// For each of `wanted` its number in `held`; held.size() where it is not there.
std::vector<std::size_t> places_in(const Architectures& wanted, const Architectures& held);

/// Onto 0 to 1; all 0.5 where equal.
std::vector<float> reference_description(std::span<const double> latencies);

struct HelpSource {
    std::vector<std::size_t> networks;  ///< numbers in the pool, those that episodes draw from
    std::vector<float> scaled;          ///< of each: .05 and .95 are the tenths of the device
    std::vector<float> device;          ///< description by the reference networks
};

/// In an order that follows from the rows of the devices.
struct HelpSources {
    Architectures pool;
    Architectures references;
    std::vector<HelpSource> devices;
    /// Mean over the devices of each reference network's scaled latency.
    std::vector<double> reference_means;
};

/// The published reference networks where all devices have them, else one of each cluster of the
/// networks that all devices share, by their latencies.
///
/// Throws: DataError for fewer than two devices, for one with fewer networks than twice the
///     support, for fewer shared networks than references, and for values as
///     `check_training_values` or at most 0; SchemaError for devices of different spaces.
HelpSources help_sources(std::span<const DeviceRows> devices, const HelpSettings& settings,
                         const FitContext& context);

}  // namespace latpred

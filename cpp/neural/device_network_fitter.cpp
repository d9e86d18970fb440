#include "neural/device_network_fitter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/device_scale.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_source_networks = 5;

/// A source's rows in canonical order, and what orders sources.
struct Source {
    TrainingRows rows;
    std::uint64_t key = 0;
    std::vector<double> extremes = {};  ///< that its scale is from, where not from its rows
};

/// The rows of the `most` networks of least hash by the seed: mostly the same ones of all devices.
TrainingRows some_networks(const TrainingRows& rows, std::size_t most, std::uint64_t seed) {
    const std::vector<std::size_t> starts = network_starts(rows.archs);
    if (most == 0 || starts.size() - 1 <= most)
        return rows;
    const std::vector<std::uint64_t> hashes = rows.archs.hashes();
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t group = 0; group + 1 < starts.size(); ++group)
        order.emplace_back(Rng(seed, "networks of sources", hashes[starts[group]]).next_u64(),
                           group);
    std::ranges::nth_element(order, order.begin() + static_cast<std::ptrdiff_t>(most));
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < most; ++i) {
        for (std::size_t row = starts[order[i].second]; row < starts[order[i].second + 1]; ++row)
            chosen.push_back(row);
    }
    std::ranges::sort(chosen);
    return {rows.archs.select(chosen), select_values(rows.values, chosen), {}, {}};
}

std::vector<Source> sources_of(std::span<const DeviceRows> devices,
                               std::span<const TableRange> ranges, std::size_t most,
                               std::uint64_t seed) {
    if (devices.empty())
        throw ConfigError("transfer: at least one source device expected");
    const SpacePtr space = devices.front().rows.archs.space_ptr();
    std::vector<Source> sources;
    for (const DeviceRows& device : devices) {
        const Architectures archs =
            as_rows_of(space, device.rows.archs, "transfer: source devices");
        Source one{canonical_rows(archs, device.rows.values), 0};
        one.key = training_hash(one.rows.archs, one.rows.values);
        const std::size_t networks = network_starts(one.rows.archs).size() - 1;
        if (networks < least_source_networks)
            throw DataError(message("transfer: source '", excerpt(device.name), "' with ", networks,
                                    " different networks, at least ", least_source_networks,
                                    " expected"));
        one.rows = some_networks(one.rows, most, seed);
        if (!ranges.empty())
            one.extremes = {ranges[sources.size()].least, ranges[sources.size()].greatest};
        sources.push_back(std::move(one));
    }
    std::ranges::sort(sources, {},
                      [](const Source& one) { return std::pair(one.key, one.rows.values); });
    return sources;
}

/// All different networks of the sources, in canonical order.
Architectures known_networks(std::span<const Source> sources) {
    Architectures all(sources.front().rows.archs.space_ptr());
    for (const Source& one : sources)
        all.append(one.rows.archs);
    const Architectures ordered = all.select(canonical_order(all));
    std::vector<std::size_t> starts = network_starts(ordered);
    starts.pop_back();
    return ordered.select(starts);
}

}  // namespace

DeviceNetworkFitter::DeviceNetworkFitter(DeviceNetworkPlan plan, DeviceNetworkUse use,
                                         std::string settings)
    : plan_(std::move(plan)), use_(std::move(use)), settings_(std::move(settings)) {
    check_device_loss(plan_.loss);
    static_cast<void>(DeviceScale(use_.scale, std::vector<double>{1.0}));
}

std::shared_ptr<const DeviceNetworkSources>
DeviceNetworkFitter::taught(std::span<const DeviceRows> devices, std::span<const TableRange> ranges,
                            const FitContext& context) const {
    const MonitorScope scope(context.watch());
    const std::vector<Source> sources =
        sources_of(devices, ranges, use_.source_networks, context.seed);
    DeviceNetwork network(plan_, known_networks(sources), sources.size() + 1,
                          Rng(context.seed, "first weights").next_u64(), context.threads);
    std::vector<DeviceExamples> examples;
    for (const Source& one : sources) {
        const DeviceScale scale(use_.scale, one.extremes.empty() ? one.rows.values : one.extremes);
        examples.push_back({static_cast<std::uint32_t>(examples.size()), one.rows.archs,
                            scale_latencies(scale, one.rows.values)});
    }
    train_devices(network, examples, use_.learning, Rng(context.seed, "learning").next_u64(),
                  context.watch());
    std::shared_ptr<const SourceModels> design;
    if (use_.sampler == "design")
        design = std::make_shared<const SourceModels>(fit_sources(devices, context));
    return std::make_shared<DeviceNetworkSources>(use_, std::move(network), sources.size(),
                                                  std::move(design));
}

AdaptablePtr DeviceNetworkFitter::fit(std::span<const DeviceRows> devices,
                                      const FitContext& context) const {
    return taught(devices, {}, context);
}

}  // namespace latpred

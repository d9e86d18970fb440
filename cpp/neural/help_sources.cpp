#include "neural/help_sources.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/choose.hpp"

namespace latpred {
namespace {

constexpr double most_scaled = 20;  ///< outliers count as no more, on either side
constexpr double tenth = 0.1;

std::vector<HelpRows> rows_of_devices(std::span<const DeviceRows> devices,
                                      const HelpSettings& settings) {
    if (devices.size() < 2)
        throw DataError(message("HELP: ", devices.size(),
                                " source devices; at least two expected to learn from"));
    std::vector<HelpRows> all;
    for (const DeviceRows& device : devices) {
        const std::string what = message("HELP: source device ", excerpt(device.name));
        all.emplace_back(devices.front().rows.archs.space_ptr(), device.rows, what.c_str());
        if (settings.source_networks > 0)
            all.back().thin(settings.source_networks);
        if (all.back().archs.size() < 2 * settings.support)
            throw DataError(message(what, " has ", all.back().archs.size(),
                                    " different networks; twice the support of ", settings.support,
                                    " expected"));
    }
    std::ranges::stable_sort(all, {}, &HelpRows::hash);
    return all;
}

Architectures shared_networks(const std::vector<HelpRows>& devices) {
    std::vector<std::size_t> kept(devices.front().archs.size());
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    for (std::size_t d = 1; d < devices.size(); ++d) {
        const std::vector<std::size_t> places = places_in(devices.front().archs, devices[d].archs);
        std::erase_if(kept, [&](std::size_t i) { return places[i] == devices[d].archs.size(); });
    }
    return devices.front().archs.select(kept);
}

/// N x D logarithms, of mean 0 and deviation 1 for each device.
FeatureRows latency_features(const Architectures& networks, const std::vector<HelpRows>& devices) {
    FeatureRows features(static_cast<Eigen::Index>(networks.size()),
                         static_cast<Eigen::Index>(devices.size()));
    for (std::size_t d = 0; d < devices.size(); ++d) {
        const std::vector<std::size_t> places = places_in(networks, devices[d].archs);
        for (std::size_t i = 0; i < places.size(); ++i)
            features(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) =
                std::log(devices[d].values[places[i]]);
    }
    return standardised(features);
}

Architectures choose_references(const std::vector<HelpRows>& devices, const HelpSettings& settings,
                                std::uint64_t seed) {
    const Architectures shared = shared_networks(devices);
    if (shared.size() < settings.references)
        throw DataError(message("HELP: the source devices share ", shared.size(),
                                " networks; at least ", settings.references,
                                " expected as references"));
    Architectures published = published_references(shared.space_ptr());
    const std::vector<std::size_t> places = places_in(published, shared);
    if (published.size() == settings.references &&
        std::ranges::find(places, shared.size()) == places.end())
        return published;
    FeatureRows features = latency_features(shared, devices);
    ChoiceSettings choice{"random", seed, {}, {}};
    if (features.cols() > 0) {
        choice.method = "kmeans";
        choice.features = std::move(features);
    }
    return shared.select(choose_networks(shared, settings.references, choice));
}

/// Where the latencies' tenths lie.
std::pair<double, double> range_of(const std::vector<double>& sorted) {
    const std::size_t n = sorted.size();
    const auto first = static_cast<std::size_t>(static_cast<double>(n) * tenth);
    const auto end = static_cast<std::size_t>(static_cast<double>(n) * (1 - tenth));
    if (sorted[end - 1] > sorted[first])
        return {sorted[first], sorted[end - 1]};
    if (sorted.back() > sorted.front())
        return {sorted.front(), sorted.back()};
    return {sorted.front(), 2 * sorted.front()};
}

/// Numbers of the rows that episodes draw from; with `trim` those between the tenths.
std::vector<std::size_t> drawn_rows(const std::vector<double>& values, bool trim) {
    std::vector<std::size_t> rows(values.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    if (!trim)
        return rows;
    std::ranges::stable_sort(rows, {}, [&](std::size_t i) { return values[i]; });
    const auto n = static_cast<double>(rows.size());
    rows.resize(static_cast<std::size_t>(n * (1 - tenth)));
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n * tenth));
    std::ranges::sort(rows);
    return rows;
}

void add_source(HelpSources& sources, const HelpRows& rows, bool trim) {
    std::vector<double> sorted = rows.values;
    std::ranges::sort(sorted);
    const auto [low, high] = range_of(sorted);
    const auto scaled = [low = low, high = high](double value) {
        return std::clamp(0.05 + 0.9 * (value - low) / (high - low), -most_scaled, most_scaled);
    };
    HelpSource source;
    const std::vector<std::size_t> places = places_in(rows.archs, sources.pool);
    for (const std::size_t row : drawn_rows(rows.values, trim)) {
        source.networks.push_back(places[row]);
        source.scaled.push_back(static_cast<float>(scaled(rows.values[row])));
    }
    std::vector<double> known;
    const std::vector<std::size_t> at = places_in(sources.references, rows.archs);
    for (std::size_t j = 0; j < at.size(); ++j) {
        known.push_back(rows.values[at[j]]);
        sources.reference_means[j] += scaled(known.back());
    }
    source.device = reference_description(known);
    sources.devices.push_back(std::move(source));
}

}  // namespace

HelpRows::HelpRows(const SpacePtr& space, const Rows& rows, const char* what) : archs(space) {
    const TrainingRows canonical = canonical_rows(as_rows_of(space, rows.archs, what), rows.values);
    const std::vector<std::size_t> starts = network_starts(canonical.archs);
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        const std::span<const double> all(canonical.values);
        values.push_back(median(all.subspan(starts[i], starts[i + 1] - starts[i])));
        if (values.back() <= 0)
            throw DataError(
                message(what, ": latency ", values.back(), " ms; a number above 0 expected"));
    }
    archs = canonical.archs.select(std::span(starts).first(starts.size() - 1));
    hash = training_hash(archs, values);
}

void HelpRows::thin(std::size_t most) {
    const std::vector<std::size_t> kept = thinned(archs, most);
    archs = archs.select(kept);
    values = select_values(values, kept);
    hash = training_hash(archs, values);
}

std::vector<std::size_t> places_in(const Architectures& wanted, const Architectures& held) {
    std::map<std::vector<GeneValue>, std::size_t> known;
    for (std::size_t i = 0; i < held.size(); ++i)
        known.try_emplace({held.row(i).begin(), held.row(i).end()}, i);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto found = known.find({wanted.row(i).begin(), wanted.row(i).end()});
        places.push_back(found == known.end() ? held.size() : found->second);
    }
    return places;
}

std::vector<float> reference_description(std::span<const double> latencies) {
    const auto [low, high] = std::ranges::minmax(latencies);
    std::vector<float> description;
    for (const double value : latencies)
        description.push_back(high > low ? static_cast<float>((value - low) / (high - low)) : 0.5F);
    return description;
}

HelpSources help_sources(std::span<const DeviceRows> devices, const HelpSettings& settings,
                         const FitContext& context) {
    const std::vector<HelpRows> rows = rows_of_devices(devices, settings);
    Architectures all(rows.front().archs.space_ptr());
    for (const HelpRows& device : rows)
        all.append(device.archs);
    HelpSources sources{all.select(distinct_rows(all)),
                        choose_references(rows, settings, context.seed),
                        {},
                        std::vector<double>(settings.references, 0.0)};
    for (const HelpRows& device : rows) {
        context.watch().poll();
        add_source(sources, device, settings.trim);
    }
    for (double& mean : sources.reference_means)
        mean /= static_cast<double>(rows.size());
    return sources;
}

}  // namespace latpred

#include "transfer/partition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "metrics/correlation.hpp"

namespace latpred {
namespace {

constexpr int starts = 10;

double at(const Eigen::MatrixXd& matrix, std::size_t row, std::size_t column) {
    return matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column));
}

/// Devices by their content, so that neither names nor places decide.
std::vector<std::size_t> ordered_devices(const DeviceMatrix& tables) {
    std::vector<std::pair<std::uint64_t, std::size_t>> keys;
    for (std::size_t column = 0; column < tables.devices(); ++column)
        keys.emplace_back(tables.key(column), column);
    std::ranges::sort(keys);
    std::vector<std::size_t> order;
    for (const auto& [key, column] : keys)
        order.push_back(column);
    return order;
}

/// Some of the devices: three quarters of them, or as many as are needed.
std::vector<std::size_t> drawn_devices(const DeviceMatrix& tables, std::size_t needed, Rng& rng) {
    std::vector<std::size_t> devices = ordered_devices(tables);
    rng.shuffle(std::span(devices));
    devices.resize(std::max(needed, devices.size() * 3 / 4));
    return devices;
}

/// The sides of least cut from several starts; `first` of the nodes are on the first one (true).
std::vector<bool> least_cut(const Eigen::MatrixXd& weights, std::size_t first, Rng& rng) {
    std::vector<std::size_t> nodes(static_cast<std::size_t>(weights.rows()));
    std::iota(nodes.begin(), nodes.end(), std::size_t{0});
    std::vector<bool> best;
    double least = std::numeric_limits<double>::infinity();
    for (int start = 0; start < starts; ++start) {
        rng.shuffle(std::span(nodes));
        std::vector<bool> side(nodes.size(), false);
        for (std::size_t i = 0; i < first; ++i)
            side[nodes[i]] = true;
        bisect(weights, side);
        const double cut = cut_weight(weights, side);
        if (cut < least - 1e-9) {
            least = cut;
            best = side;
        }
    }
    return best;
}

double mean_with(const Eigen::MatrixXd& correlations, std::size_t device,
                 const std::vector<std::size_t>& others) {
    double sum = 0;
    for (const std::size_t other : others)
        sum += at(correlations, device, other);
    return sum / static_cast<double>(others.size());
}

/// Takes out, of the sides that are too large, the device most like the other side.
void prune(const Eigen::MatrixXd& correlations, DeviceParts& parts, std::size_t sources,
           std::size_t targets) {
    while (parts.sources.size() > sources || parts.targets.size() > targets) {
        std::vector<std::size_t>* side = nullptr;
        std::size_t place = 0;
        double most = -std::numeric_limits<double>::infinity();
        const auto seek = [&](std::vector<std::size_t>& own, const std::vector<std::size_t>& other,
                              std::size_t wanted) {
            for (std::size_t i = 0; own.size() > wanted && i < own.size(); ++i) {
                if (const double mean = mean_with(correlations, own[i], other); mean > most) {
                    most = mean;
                    side = &own;
                    place = i;
                }
            }
        };
        seek(parts.sources, parts.targets, sources);
        seek(parts.targets, parts.sources, targets);
        side->erase(side->begin() + static_cast<std::ptrdiff_t>(place));
    }
}

}  // namespace

Eigen::MatrixXd device_correlations(const DeviceMatrix& tables) {
    const std::size_t devices = tables.devices();
    std::vector<std::vector<double>> ranks;
    for (std::size_t device = 0; device < devices; ++device)
        ranks.push_back(average_ranks(tables.device(device)));
    const auto size = static_cast<Eigen::Index>(devices);
    Eigen::MatrixXd correlations = Eigen::MatrixXd::Identity(size, size);
    for (Eigen::Index a = 0; a < size; ++a) {
        for (Eigen::Index b = 0; b < a; ++b) {
            Monitor::current().poll();
            const double found = pearson(ranks[static_cast<std::size_t>(a)],  // of ranks: Spearman
                                         ranks[static_cast<std::size_t>(b)]);
            correlations(a, b) = correlations(b, a) = std::isnan(found) ? 0 : found;
        }
    }
    return correlations;
}

double mean_cross_correlation(const Eigen::MatrixXd& correlations, const DeviceParts& parts) {
    double sum = 0;
    for (const std::size_t source : parts.sources)
        sum += mean_with(correlations, source, parts.targets);
    return sum / static_cast<double>(parts.sources.size());
}

DeviceParts part_devices(const DeviceMatrix& tables, std::size_t sources, std::size_t targets,
                         std::uint64_t seed) {
    if (sources == 0 || targets == 0)
        throw ConfigError("transfer task: at least one source and one target expected");
    if (sources > tables.devices() || targets > tables.devices() - sources) {
        throw DataError(message("transfer task: ", sources, " sources and ", targets,
                                " targets of ", tables.devices(), " devices, more expected"));
    }
    Rng rng(seed, "device partition");
    const std::vector<std::size_t> devices = drawn_devices(tables, sources + targets, rng);
    const Eigen::MatrixXd all = device_correlations(tables);
    const auto size = static_cast<Eigen::Index>(devices.size());
    Eigen::MatrixXd weights(size, size);
    for (Eigen::Index a = 0; a < size; ++a) {
        for (Eigen::Index b = 0; b < size; ++b) {
            weights(a, b) =
                at(all, devices[static_cast<std::size_t>(a)], devices[static_cast<std::size_t>(b)]);
        }
    }
    const std::size_t half = devices.size() / 2 + (rng.flip(0.5) ? devices.size() % 2 : 0);
    const std::size_t first = std::clamp(half, sources, devices.size() - targets);
    const std::vector<bool> side = least_cut(weights, first, rng);
    DeviceParts parts;
    for (std::size_t i = 0; i < devices.size(); ++i)
        (side[i] ? parts.sources : parts.targets).push_back(devices[i]);
    // Which half the sources are is the first start's choice, and that is random.
    prune(all, parts, sources, targets);
    std::ranges::sort(parts.sources);
    std::ranges::sort(parts.targets);
    return parts;
}

}  // namespace latpred

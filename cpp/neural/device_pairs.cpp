#include "neural/device_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

Architectures all_networks(std::span<const DeviceExamples> examples) {
    if (examples.empty())
        throw DataError("devices: no rows");
    Architectures all(examples.front().archs.space_ptr());
    for (const DeviceExamples& one : examples) {
        if (one.wanted.size() != one.archs.size() ||
            !std::ranges::all_of(one.wanted, [](float v) { return std::isfinite(v); }))
            throw DataError(message("devices: a finite wanted value for each of ", one.archs.size(),
                                    " networks expected"));
        all.append(as_rows_of(all.space_ptr(), one.archs, "devices"));
    }
    return all;
}

/// All that layers read of row `row` of the networks, as bytes.
std::string key_of(const StackData& networks, std::size_t row) {
    std::string key;
    const auto add = [&key](const auto& value) {
        key.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    if (!networks.graph.empty())
        add(networks.graph[row]);
    for (const auto& [name, values] : networks.inputs) {
        const std::size_t width = values.size() / networks.rows;
        for (std::size_t i = 0; i < width; ++i)
            add(values[row * width + i]);
    }
    return key;
}

void add_pair(const StackData& networks, std::size_t row, std::uint32_t device, StackData& data) {
    if (!networks.graph.empty())
        data.graph.push_back(networks.graph[row]);
    for (const auto& [name, values] : networks.inputs) {
        const std::size_t width = values.size() / networks.rows;
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * width);
        std::vector<float>& to = data.inputs[name];
        to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
    data.inputs["device"].push_back(static_cast<float>(device));
    ++data.rows;
}

}  // namespace

DevicePairs device_pairs(const DeviceInput& input, std::span<const DeviceExamples> examples,
                         int threads) {
    const StackData networks = input.read(all_networks(examples), false, threads);
    DevicePairs found;
    found.data.graphs = networks.graphs;
    std::unordered_map<std::string, std::uint32_t> known;
    std::size_t row = 0;
    for (const DeviceExamples& one : examples) {
        for (std::size_t i = 0; i < one.archs.size(); ++i, ++row) {
            std::string key = key_of(networks, row);
            key.append(reinterpret_cast<const char*>(&one.device), sizeof one.device);
            const auto [place, fresh] =
                known.try_emplace(std::move(key), static_cast<std::uint32_t>(found.data.rows));
            if (fresh)
                add_pair(networks, row, one.device, found.data);
            found.pair.push_back(place->second);
            found.device.push_back(one.device);
            found.wanted.push_back(one.wanted[i]);
        }
    }
    if (found.wanted.empty())
        throw DataError("devices: no rows");
    return found;
}

StackData on_device(StackData networks, std::size_t device) {
    networks.inputs["device"].assign(networks.rows, static_cast<float>(device));
    return networks;
}

}  // namespace latpred

#include "neural/device_network.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "neural/device_pairs.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

constexpr std::size_t networks_a_read = 2048;  // whose graphs take some megabytes
constexpr std::size_t networks_a_pass = 16;

LayerStack copy_of(const LayerStack& stack) {
    LayerStack copy(stack.description());
    std::ranges::copy(stack.parameters().values(), copy.parameters().values().begin());
    return copy;
}

DeviceInputPtr input_of(const DeviceNetworkPlan& plan, const Architectures& known, int threads) {
    return make_device_input(plan.input, known, plan.features, threads);
}

/// Rows in passes of 16 graphs with as many nodes, the last row again where there are fewer: all
/// matrices have one shape, so that the bits of a score do not depend on which others there are.
std::vector<std::vector<std::uint32_t>> equal_passes(const StackData& data) {
    std::map<std::size_t, std::vector<std::uint32_t>> by_width;
    for (std::uint32_t row = 0; row < data.rows; ++row) {
        const std::size_t width =
            data.graphs ? data.graphs->width(static_cast<std::size_t>(data.graph[row])) : 0;
        by_width[width].push_back(row);
    }
    std::vector<std::vector<std::uint32_t>> passes;
    for (const auto& [width, rows] : by_width) {
        for (std::size_t begin = 0; begin < rows.size(); begin += networks_a_pass) {
            std::vector<std::uint32_t>& pass = passes.emplace_back(networks_a_pass, rows.back());
            std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                        std::min(networks_a_pass, rows.size() - begin), pass.begin());
        }
    }
    return passes;
}

/// The row of a device in the table; empty without a table.
std::span<float> device_row(const DeviceNetwork& network, std::size_t device) {
    const std::string& table = network.plan().device_table;
    if (table.empty())
        return {};
    const Parameters& all = network.stack().parameters();
    const auto found = std::ranges::find(all.tensors(), table, &Parameters::Tensor::name);
    if (found == all.tensors().end())
        throw ConfigError(message(network.plan().kind, ": no tensor '", excerpt(table), "'"));
    const auto tensor = static_cast<std::size_t>(found - all.tensors().begin());
    const auto& shape = network.stack().shape(tensor);
    if (device >= static_cast<std::size_t>(shape.at(0)))
        throw ConfigError(message(network.plan().kind, ": device ", device, " of ", shape.at(0),
                                  " in the table"));
    const auto width = all.tensors()[tensor].size / static_cast<std::size_t>(shape.at(0));
    return all.value(tensor).subspan(device * width, width);
}

}  // namespace

DeviceNetwork::DeviceNetwork(const DeviceNetworkPlan& plan, const Architectures& known,
                             std::size_t devices, std::uint64_t seed, int threads)
    : plan_(plan), input_(input_of(plan, known, threads)), stack_(plan.layers(*input_, devices)) {
    if (stack_.outputs() != 1)
        throw ConfigError(message(plan_.kind, ": layers with one output expected"));
    stack_.initialise(seed);
}

DeviceNetwork::DeviceNetwork(DeviceNetworkPlan plan, DeviceInputPtr input, LayerStack stack)
    : plan_(std::move(plan)), input_(std::move(input)), stack_(std::move(stack)) {}

DeviceNetwork::DeviceNetwork(const DeviceNetwork& other)
    : plan_(other.plan_), input_(other.input_), stack_(copy_of(other.stack_)) {}

std::size_t DeviceNetwork::parameter_count() const {
    std::size_t count = 0;
    for (const Parameters::Tensor& tensor : stack_.parameters().tensors())
        count += tensor.size;
    return count;
}

void DeviceNetwork::copy_device(std::size_t from, std::size_t to) {
    std::ranges::copy(device_row(*this, from), device_row(*this, to).begin());
}

void DeviceNetwork::redraw_device(std::size_t device, std::uint64_t seed) {
    Rng rng(seed, "row of a device");
    for (float& value : device_row(*this, device))
        value = static_cast<float>(rng.normal());
}

std::vector<float> DeviceNetwork::score(const Architectures& archs, std::size_t device,
                                        int threads) const {
    return score_networks(stack_, *input_, archs, device, threads);
}

std::vector<float> score_networks(const LayerStack& stack, const DeviceInput& input,
                                  const Architectures& archs, std::size_t device, int threads) {
    std::vector<float> scores(archs.size());
    for (std::size_t first = 0; first < archs.size(); first += networks_a_read) {
        std::vector<std::size_t> some(std::min(networks_a_read, archs.size() - first));
        std::iota(some.begin(), some.end(), first);
        const StackData data = on_device(input.read(archs.select(some), false, threads), device);
        stack.check(data);
        const std::vector<std::vector<std::uint32_t>> passes = equal_passes(data);
        parallel_for(passes.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
            std::vector<float> outputs(networks_a_pass * stack.outputs());
            for (std::size_t pass = begin; pass < end; ++pass) {
                stack.forward(data, passes[pass], outputs);
                for (std::size_t i = 0; i < networks_a_pass; ++i)
                    scores[first + passes[pass][i]] = outputs[i];
            }
        });
    }
    return scores;
}

}  // namespace latpred

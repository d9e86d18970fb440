// Architectures as runnables: the only place where the meter and the runner meet.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "bindings/accelerators.hpp"
#include "bindings/measurement.hpp"
#include "measurement/device.hpp"
#include "networks/runnable.hpp"
#include "spaces/architectures.hpp"
#include "spaces/counting.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

ExecutionOptions execution_options(const Device& device) {
    if (device.runtime == "libtorch-cuda") {
        load_device("cuda");
        return {execution_mode(device.mode), device.threads, device.batch_size, "cuda"};
    }
    if (device.runtime != "libtorch") {
        throw ConfigError(message("measure: architectures run on libtorch, the device has runtime ",
                                  device.runtime));
    }
    return {execution_mode(device.mode), device.threads, device.batch_size};
}

/// Random parameters: latency does not depend on their values. Made when prepared.
std::unique_ptr<Runnable> make_network(const Architectures& archs, std::size_t row,
                                       const ExecutionOptions& options) {
    static const auto parameters = std::make_shared<const RandomParameters>(0);
    const Space& space = archs.space();
    return std::make_unique<NetworkRunnable>(to_text(space, archs.row(row)),
                                             space.lower(archs.row(row)), parameters, options);
}

/// The reference nearest in MACs, by their ratio.
std::vector<std::size_t> pair_by_size(const Architectures& archs, const Architectures& references) {
    const std::vector<Costs> sizes = count_costs(archs, 1);
    const std::vector<Costs> beside = count_costs(references, 1);
    std::vector<std::size_t> pairing(archs.size());
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto distance = [&](const Costs& costs) {
            return std::abs(
                std::log(static_cast<double>(costs.macs) / static_cast<double>(sizes[i].macs)));
        };
        const auto nearest = std::ranges::min_element(beside, {}, distance);
        pairing[i] = static_cast<std::size_t>(nearest - beside.begin());
    }
    return pairing;
}

/// Architectures are built late and a group at a time: a network holds tens of megabytes.
Campaign measure_architectures(const Architectures& archs, const Architectures& references,
                               const Device& device, const MeterArguments& arguments) {
    const ExecutionOptions options = execution_options(device);
    if (references.size() == 0)
        throw ConfigError("measure: no reference architecture, at least one expected");
    CampaignPlan plan;
    std::vector<std::unique_ptr<Runnable>> beside;
    for (std::size_t i = 0; i < references.size(); ++i) {
        beside.push_back(make_network(references, i, options));
        plan.references.push_back(beside.back().get());
    }
    plan.count = archs.size();
    plan.make = [&](std::size_t row) { return make_network(archs, row, options); };
    plan.pairing = pair_by_size(archs, references);
    return measure(arguments, std::move(plan));
}

/// About the 10th, 50th and 90th percentile of MACs of 65 sampled with seed 0: the same for every
/// campaign in a space, and of the operators that its networks are made of.
Architectures reference_architectures(const std::shared_ptr<Space>& space) {
    const Architectures candidates = sample(space, 65, 0);
    const std::vector<Costs> costs = count_costs(candidates, 1);
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return costs[i].macs; });
    const std::array<std::size_t, 3> chosen = {order[6], order[32], order[58]};
    return candidates.select(std::span(chosen));
}

}  // namespace

void bind_measurement_networks(py::module_& m) {
    m.def("measure_architectures", &measure_architectures, py::arg("archs"), py::arg("references"),
          py::arg("device"), py::arg("arguments"),
          "A campaign over architectures, each beside the nearest of `references` in MACs.");
    m.def("reference_architectures", &reference_architectures, py::arg("space"), Release(),
          "The architectures that a space's networks are measured beside, small to large.");
}

}  // namespace latpred::bindings

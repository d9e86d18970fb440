// Architectures as runnables: the only place where the meter and the runner meet.
#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "bindings/measurement.hpp"
#include "measurement/device.hpp"
#include "networks/runnable.hpp"
#include "spaces/architectures.hpp"
#include "spaces/counting.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

ExecutionOptions execution_options(const Device& device) {
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

/// Architectures are built late and a group at a time: a network holds tens of megabytes.
Campaign measure_architectures(const Architectures& archs, const Architectures& reference,
                               const Device& device, const MeterArguments& arguments) {
    const ExecutionOptions options = execution_options(device);
    if (reference.size() != 1) {
        throw ConfigError(message("measure: a reference of ", reference.size(),
                                  " architectures, exactly one expected"));
    }
    const std::unique_ptr<Runnable> beside = make_network(reference, 0, options);
    return measure(
        arguments, archs.size(), [&](std::size_t row) { return make_network(archs, row, options); },
        *beside);
}

/// The network of median MACs of 65 sampled with seed 0: the same for every campaign in a space.
Architectures reference_architecture(const std::shared_ptr<Space>& space) {
    const Architectures candidates = sample(space, 65, 0);
    const std::vector<Costs> costs = count_costs(candidates, 1);
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return costs[i].macs; });
    return candidates.select(std::span(order).subspan(order.size() / 2, 1));
}

}  // namespace

void bind_measurement_networks(py::module_& m) {
    m.def("measure_architectures", &measure_architectures, py::arg("archs"), py::arg("reference"),
          py::arg("device"), py::arg("arguments"),
          "A campaign over architectures, beside the one architecture `reference`.");
    m.def("reference_architecture", &reference_architecture, py::arg("space"), Release(),
          "The one architecture that a space's networks are measured beside.");
}

}  // namespace latpred::bindings

// Architectures as runnables: the only place where the meter and the runner meet.
#include "base/text.hpp"
#include "bindings/accelerators.hpp"
#include "bindings/measurement.hpp"
#include "measurement/device.hpp"
#include "networks/references.hpp"
#include "networks/runnable.hpp"
#include "spaces/architectures.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

ExecutionOptions execution_options(const Device& device) {
    if (!device.program.empty() && device.program != "runner") {
        throw ConfigError(message("measure: program '", device.program,
                                  "' runs in a worker, here runs latpred's own runner"));
    }
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

}  // namespace

void bind_measurement_networks(py::module_& m) {
    m.def("measure_architectures", &measure_architectures, py::arg("archs"), py::arg("references"),
          py::arg("device"), py::arg("arguments"),
          "A campaign over architectures, each beside the nearest of `references` in MACs.");
    m.def(
        "reference_architectures",
        [](const std::shared_ptr<Space>& space) { return reference_architectures(space); },
        py::arg("space").none(false), Release(),
        "The architectures that a space's networks are measured beside, small to large.");
}

}  // namespace latpred::bindings

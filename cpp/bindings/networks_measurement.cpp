// Architectures as runnables: the only place where the meter and the runner meet.
#include <algorithm>
#include <numeric>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "bindings/measurement.hpp"
#include "measurement/device.hpp"
#include "networks/network.hpp"
#include "spaces/architectures.hpp"
#include "spaces/counting.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

/// A network with random parameters and a fixed random input: zeros would be a special case.
class NetworkRunnable final : public Runnable {
  public:
    NetworkRunnable(std::string name, const OpGraph& graph, const ExecutionOptions& options)
        : name_(std::move(name)), network_(graph, std::make_shared<RandomParameters>(0), options),
          in_(static_cast<std::size_t>(options.batch_size * graph.input_shape().elements())),
          out_(static_cast<std::size_t>(options.batch_size * graph.output_shape().elements())) {
        Rng rng(0, "measurement-input");
        std::ranges::generate(in_, [&rng] { return static_cast<float>(rng.normal()); });
    }

    void prepare() override {}
    void run() override { network_.forward(in_, network_.options().batch_size, out_); }
    [[nodiscard]] std::string name() const override { return name_; }

  private:
    std::string name_;
    Network network_;
    std::vector<float> in_;
    std::vector<float> out_;
};

ExecutionOptions execution_options(const Device& device) {
    if (device.runtime != "libtorch") {
        throw ConfigError(message("measure: architectures run on libtorch, the device has runtime ",
                                  device.runtime));
    }
    return {execution_mode(device.mode), device.threads, device.batch_size};
}

std::unique_ptr<Runnable> make_network(const Architectures& archs, std::size_t row,
                                       const ExecutionOptions& options) {
    const Space& space = archs.space();
    return std::make_unique<NetworkRunnable>(to_text(space, archs.row(row)),
                                             space.lower(archs.row(row)), options);
}

/// Architectures are built late and a group at a time: a network holds tens of megabytes.
Campaign measure_architectures(const Architectures& archs, const Architectures& reference,
                               const Device& device, const MeterArguments& arguments) {
    const ExecutionOptions options = execution_options(device);
    if (reference.size() != 1) {
        throw ConfigError(message("measure: a reference of ", reference.size(),
                                  " architectures, exactly one expected"));
    }
    std::unique_ptr<Runnable> beside;
    {
        const py::gil_scoped_release release;
        beside = make_network(reference, 0, options);
    }
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

#include "networks/network.hpp"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "networks/network_impl.hpp"
#include "networks/operator_tensors_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 5> mode_names{"plain", "folded", "channels-last",
                                                     "prepacked", "fastest"};

ExecutionOptions checked(ExecutionOptions options) {
    if (options.threads < 0 || options.batch_size < 1) {
        throw ConfigError(message("network: threads ", options.threads, " and batch size ",
                                  options.batch_size, ", at least 0 and 1 expected"));
    }
    const bool cpu = options.device == "cpu";
    const bool available = has_prepacked();
    if (options.mode == ExecutionMode::fastest && !cpu)
        options.mode = ExecutionMode::folded;
    if (options.mode == ExecutionMode::fastest)
        options.mode = available ? ExecutionMode::prepacked : ExecutionMode::channels_last;
    if (options.mode == ExecutionMode::prepacked && !cpu) {
        throw ConfigError(message("network: mode prepacked is for the processor, not for '",
                                  options.device, "'; folded or channels-last expected"));
    }
    if (options.mode == ExecutionMode::prepacked && !available)
        throw ConfigError("network: mode prepacked needs a torch with oneDNN, this one has none");
    return options;
}

OpGraph checked(OpGraph graph) {
    const auto is_input = [](const Op& op) { return op.kind == OpKind::input; };
    if (graph.ops.empty() || !is_input(graph.ops.front()) ||
        std::ranges::count_if(graph.ops, is_input) != 1) {
        throw ConfigError(message("network: a graph of ", graph.ops.size(), " operators with ",
                                  std::ranges::count_if(graph.ops, is_input),
                                  " inputs, exactly one input as first operator expected"));
    }
    return graph;
}

}  // namespace

std::size_t batch_elements(std::int64_t batch, const Shape& shape) {
    constexpr std::int64_t most = std::int64_t{1} << 40;  // 4 TiB
    if (batch < 0 || batch > most / shape.elements()) {
        throw ConfigError(message("network: ", batch, " x ", shape.channels, " x ", shape.height,
                                  " x ", shape.width, " values, fewer than 2^40 expected"));
    }
    return static_cast<std::size_t>(batch * shape.elements());
}

void check_batch(const char* what, std::size_t got, std::int64_t batch, const Shape& shape) {
    if (batch < 1 || got != batch_elements(batch, shape)) {
        throw ConfigError(message("network: ", what, " of ", got, " values, ", batch, " x ",
                                  shape.channels, " x ", shape.height, " x ", shape.width,
                                  " expected"));
    }
}

std::string_view to_string(ExecutionMode mode) {
    return mode_names.at(static_cast<std::size_t>(mode));
}

ExecutionMode execution_mode(std::string_view name) {
    const auto* const found = std::ranges::find(mode_names, name);
    if (found == mode_names.end()) {
        throw ConfigError(message("network: mode '", excerpt(name), "', one of ", join(mode_names),
                                  " expected", did_you_mean(name, mode_names)));
    }
    return static_cast<ExecutionMode>(found - mode_names.begin());
}

Network::Inside::Inside(OpGraph&& given, std::shared_ptr<const ParameterSource>&& source,
                        const ExecutionOptions& wanted, Monitor& monitor)
    : graph(checked(std::move(given))), parameters(std::move(source)), options(checked(wanted)),
      accelerator(options.device),
      program(
          compile({.mode = options.mode, .batch_size = options.batch_size, .kept = {}}, monitor)) {}

Program Network::Inside::compile(const ProgramForm& form, Monitor& monitor) const {
    const PlainMode plain;
    const ThreadGuard threads(options.threads);
    return with_plain_errors("network", [&] {
        const c10::OptionalDeviceGuard guard(accelerator.current());
        const LoadedParameters loaded =
            load_parameters(graph, *parameters, options.threads, monitor);
        return Program(graph, by_operator(graph, loaded), form, accelerator.device(), monitor);
    });
}

Network::Network(OpGraph graph, std::shared_ptr<const ParameterSource> parameters,
                 const ExecutionOptions& options, Monitor& monitor)
    : inside_(std::make_unique<Inside>(std::move(graph), std::move(parameters), options, monitor)) {
}
Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

void Network::forward(std::span<const float> in, std::int64_t batch, std::span<float> out,
                      Monitor& monitor) const {
    const Shape& from = graph().input_shape();
    const Shape& to = graph().output_shape();
    check_batch("input", in.size(), batch, from);
    check_batch("output", out.size(), batch, to);
    with_plain_errors("network", [&] {
        const PlainMode plain;
        const ThreadGuard threads(options().threads);
        const TorchFlush flush;
        const PoolGuard memory(inside_->pool);
        // Steps never write to a value they do not own.
        const at::Tensor input =
            view_of(in.data(), {batch, from.channels, from.height, from.width});
        const c10::OptionalDeviceGuard guard(inside_->accelerator.current());
        const at::Tensor result =
            inside_->program.run(input.to(inside_->accelerator.device()), monitor);
        view_of(out.data(), {batch, to.channels, to.height, to.width}).copy_(result);
    });
}

void Network::stage(std::span<const float> in, std::int64_t batch) const {
    const Shape& from = graph().input_shape();
    check_batch("input", in.size(), batch, from);
    with_plain_errors("network", [&] {
        const PlainMode plain;
        const c10::OptionalDeviceGuard guard(inside_->accelerator.current());
        inside_->input = view_of(in.data(), {batch, from.channels, from.height, from.width})
                             .clone()
                             .to(inside_->accelerator.device())
                             .contiguous(inside_->program.layout());
        inside_->accelerator.wait();
    });
}

void Network::run_staged(Monitor& monitor) const {
    if (!inside_->input.defined())
        throw ConfigError("network: no batch was staged");
    with_plain_errors("network", [&] {
        const PlainMode plain;
        const ThreadGuard threads(options().threads);
        const TorchFlush flush;
        const PoolGuard memory(inside_->pool);
        const c10::OptionalDeviceGuard guard(inside_->accelerator.current());
        inside_->output = inside_->program.run(inside_->input, monitor);
        inside_->accelerator.wait();
    });
}

void Network::read(std::span<float> out) const {
    if (!inside_->output.defined())
        throw ConfigError("network: no staged batch was run");
    const Shape& to = graph().output_shape();
    const std::int64_t batch = inside_->output.size(0);
    check_batch("output", out.size(), batch, to);
    with_plain_errors("network", [&] {
        const PlainMode plain;
        view_of(out.data(), {batch, to.channels, to.height, to.width}).copy_(inside_->output);
    });
}

const OpGraph& Network::graph() const {
    return inside_->graph;
}

const ExecutionOptions& Network::options() const {
    return inside_->options;
}

const ParameterSource& Network::parameters() const {
    return *inside_->parameters;
}

std::size_t Network::steps() const {
    return inside_->program.size();
}

}  // namespace latpred

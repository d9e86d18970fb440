#include <algorithm>
#include <ranges>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "networks/program_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

std::size_t index(int number) {
    return static_cast<std::size_t>(number);
}

at::Tensor& slot(OpTensors& tensors, ParameterRole role) {
    switch (role) {
    case ParameterRole::running_mean:
        return tensors.running_mean;
    case ParameterRole::running_var:
        return tensors.running_var;
    case ParameterRole::bias:
    case ParameterRole::shift:
        return tensors.bias;
    case ParameterRole::weight:
    case ParameterRole::scale:
        break;
    }
    return tensors.weight;
}

/// Parameters of all operators, by operator number.
std::vector<OpTensors> load(const OpGraph& graph, const ParameterSource& source, int threads,
                            Monitor& monitor) {
    const std::vector<ParameterSpec> specs = parameters_of(graph);
    source.check(specs);
    std::vector<OpTensors> all(graph.ops.size());
    const auto fill = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            at::Tensor tensor = at::empty(specs[i].shape, at::kFloat);
            source.fill(specs[i],
                        {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
            slot(all[index(specs[i].op)], specs[i].role) = std::move(tensor);
        }
    };
    parallel_for(specs.size(), 1, std::max(threads, 1), fill, monitor);
    return all;
}

Fusion fusion_of(ExecutionMode mode) {
    const bool packed = mode == ExecutionMode::prepacked;
    return {.batch_norm = mode != ExecutionMode::plain, .residual = packed, .activation = packed};
}

KernelSettings settings_of(const ExecutionOptions& options) {
    KernelSettings settings;
    settings.prepacked = options.mode == ExecutionMode::prepacked;
    settings.batch_size = options.batch_size;
    if (settings.prepacked || options.mode == ExecutionMode::channels_last)
        settings.layout = at::MemoryFormat::ChannelsLast;
    return settings;
}

void move(OpTensors& tensors, const c10::Device& device) {
    for (at::Tensor* one :
         {&tensors.weight, &tensors.bias, &tensors.running_mean, &tensors.running_var}) {
        if (one->defined())
            *one = one->to(device);
    }
}

}  // namespace

Program::Program(const OpGraph& graph, const ParameterSource& source,
                 const ExecutionOptions& options, const c10::Device& device, Monitor& monitor)
    : value_count_(graph.ops.size()) {
    const KernelSettings settings = settings_of(options);
    layout_ = settings.layout;
    std::vector<OpTensors> tensors = load(graph, source, options.threads, monitor);
    for (const FusedOp& fused : fuse(graph, fusion_of(options.mode))) {
        const Op& op = graph.ops[index(fused.op)];
        if (op.kind == OpKind::input)
            continue;
        monitor.poll();
        OpTensors& own = tensors[index(fused.op)];
        if (fused.batch_norm >= 0) {
            fold_batch_norm(own, tensors[index(fused.batch_norm)],
                            graph.ops[index(fused.batch_norm)].eps);
        }
        move(own, device);
        const std::string where = message("operator '", op.name(), "'");
        Kernel kernel =
            with_plain_errors(where, [&] { return make_kernel(graph, fused, own, settings); });
        steps_.push_back({where, fused.inputs(graph), {}, fused.output, std::move(kernel)});
        own = {};
    }
    plan_lifetimes(graph.ops.size());
}

void Program::plan_lifetimes(std::size_t value_count) {
    std::vector<bool> read_later(value_count, false);
    read_later.back() = true;  // the result
    for (Step& step : std::views::reverse(steps_)) {
        step.last.assign(step.inputs.size(), false);
        for (std::size_t i = step.inputs.size(); i-- > 0;) {
            const std::size_t value = index(step.inputs[i]);
            step.last[i] = !read_later[value];
            read_later[value] = true;
        }
    }
}

at::Tensor Program::run(const at::Tensor& input, Monitor& monitor) const {
    std::vector<at::Tensor> values(value_count_);
    // `input` outlives the pass, so even where this is no copy the caller's data stay untouched.
    values.front() = input.contiguous(layout_);
    std::vector<at::Tensor> arguments;
    for (const Step& step : steps_) {
        monitor.poll();
        arguments.resize(step.inputs.size());
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            at::Tensor& value = values[index(step.inputs[i])];
            arguments[i] = step.last[i] ? std::move(value) : value;
        }
        try {
            values[index(step.output)] = step.kernel(arguments);
        } catch (const c10::Error&) {
            with_plain_errors(step.name, [] { throw; });
        }
        arguments.clear();
    }
    return values.back();
}

}  // namespace latpred

#include <ranges>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "networks/program_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

Fusion fusion_of(const ProgramForm& form) {
    const bool packed = form.mode == ExecutionMode::prepacked;
    return {.batch_norm = form.mode != ExecutionMode::plain,
            .residual = packed,
            .activation = packed,
            .kept = form.kept};
}

KernelSettings settings_of(const ProgramForm& form) {
    KernelSettings settings;
    settings.prepacked = form.mode == ExecutionMode::prepacked;
    settings.batch_size = form.batch_size;
    settings.batch_statistics = form.batch_statistics;
    settings.momentum = form.momentum;
    if (settings.prepacked || form.channels_last || form.mode == ExecutionMode::channels_last)
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

/// A backward pass takes as long as a forward pass, and must be left as fast; so must the one of
/// second derivatives, which goes through the gradients.
void poll_on_the_way_back(const at::Tensor& value, Monitor& monitor) {
    if (!at::GradMode::is_enabled() || !value.requires_grad())
        return;
    value.register_hook([&monitor](const at::Tensor& gradient) {
        monitor.poll();
        if (at::GradMode::is_enabled() && gradient.requires_grad())
            gradient.register_hook([&monitor](const at::Tensor& /*second*/) { monitor.poll(); });
    });
}

}  // namespace

Program::Program(const OpGraph& graph, std::vector<OpTensors> tensors, const ProgramForm& form,
                 const c10::Device& device, Monitor& monitor)
    : kept_(graph.ops.size(), false) {
    const KernelSettings settings = settings_of(form);
    layout_ = settings.layout;
    for (const int value : form.kept)
        kept_.at(as_index(value)) = true;
    for (const FusedOp& fused : fuse(graph, fusion_of(form))) {
        const Op& op = graph.ops[as_index(fused.op)];
        if (op.kind == OpKind::input)
            continue;
        monitor.poll();
        OpTensors& own = tensors[as_index(fused.op)];
        if (fused.batch_norm >= 0) {
            fold_batch_norm(own, tensors[as_index(fused.batch_norm)],
                            graph.ops[as_index(fused.batch_norm)].eps);
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
            const std::size_t value = as_index(step.inputs[i]);
            step.last[i] = !read_later[value];
            read_later[value] = true;
        }
    }
}

at::Tensor Program::run(const at::Tensor& input, Monitor& monitor, const Visit& visit) const {
    std::vector<at::Tensor> values(kept_.size());
    // `input` outlives the pass, so even where this is no copy the caller's data stay untouched.
    values.front() = input.contiguous(layout_);
    if (visit && kept_.front())
        visit(0, values.front());
    std::vector<at::Tensor> arguments;
    for (const Step& step : steps_) {
        monitor.poll();
        arguments.resize(step.inputs.size());
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            at::Tensor& value = values[as_index(step.inputs[i])];
            arguments[i] = step.last[i] ? std::move(value) : value;
        }
        at::Tensor& result = values[as_index(step.output)];
        try {
            result = step.kernel(arguments);
        } catch (const c10::Error&) {
            with_plain_errors(step.name, [] { throw; });
        }
        arguments.clear();
        poll_on_the_way_back(result, monitor);
        if (visit && kept_[as_index(step.output)])
            visit(step.output, result);
    }
    return values.back();
}

}  // namespace latpred

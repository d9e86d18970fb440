#include "neural/gru_states_impl.hpp"

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "neural/gru_kernels.hpp"

namespace latpred {
namespace {

struct StepsRecord : torch::CustomClassHolder {
    PackedStepsPtr steps;
};

constexpr const char* steps_key = "steps";

/// Rows of one step.
at::Tensor rows_of(const at::Tensor& packed, const PackedSteps& steps, std::size_t step) {
    return packed.narrow(0, steps.starts[step], steps.count(step));
}

GruStep step_of(const PackedSteps& steps, std::size_t step, const at::Tensor& of_state,
                const at::Tensor& fresh, const at::Tensor& states) {
    const std::int64_t width = states.size(1);
    const std::int64_t first = steps.starts[step];
    return {static_cast<std::size_t>(steps.count(step)),
            static_cast<std::size_t>(width),
            nullptr,
            of_state.mutable_data_ptr<float>() + first * 3 * width,
            step == 0 ? nullptr : states.const_data_ptr<float>() + steps.starts[step - 1] * width,
            fresh.mutable_data_ptr<float>() + first * width};
}

/// The states before all steps but the first, row for row.
at::Tensor states_before(const PackedSteps& steps, const at::Tensor& states) {
    std::vector<at::Tensor> parts;
    for (std::size_t t = 1; t < steps.steps(); ++t)
        parts.push_back(states.narrow(0, steps.starts[t - 1], steps.count(t)));
    return parts.size() == 1 ? parts[0] : at::cat(parts);
}

struct GruStates : torch::autograd::Function<GruStates> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& of_input,
                              const at::Tensor& weight, const at::Tensor& bias,
                              const PackedStepsPtr& steps) {
        const std::int64_t rows = of_input.size(0);
        const std::int64_t width = weight.size(1);
        at::Tensor states = at::empty({rows, width}, at::kFloat);
        const at::Tensor of_state = at::empty({rows, 3 * width}, at::kFloat);
        const at::Tensor fresh = at::empty({rows, width}, at::kFloat);
        const at::Tensor turned = weight.t();
        for (std::size_t t = 0; t < steps->steps(); ++t) {
            at::Tensor own = rows_of(of_state, *steps, t);
            if (t == 0)
                own.copy_(bias.unsqueeze(0).expand_as(own));
            else
                at::addmm_out(own, bias, states.narrow(0, steps->starts[t - 1], steps->count(t)),
                              turned);
            GruStep step = step_of(*steps, t, of_state, fresh, states);
            step.of_input = of_input.const_data_ptr<float>() + steps->starts[t] * 3 * width;
            gru_forward(step, states.mutable_data_ptr<float>() + steps->starts[t] * width);
        }
        context->save_for_backward({weight, of_state, fresh, states});
        auto record = c10::make_intrusive<StepsRecord>();
        record->steps = steps;
        context->saved_data[steps_key] = c10::IValue::make_capsule(
            c10::intrusive_ptr<torch::CustomClassHolder>(std::move(record)));
        return states;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& slopes) {
        if (at::GradMode::is_enabled())
            throw ConfigError("gated recurrent units have no second derivatives");
        const auto saved = context->get_saved_variables();
        const PackedSteps& steps = *c10::static_intrusive_pointer_cast<StepsRecord>(
                                        context->saved_data[steps_key].toCapsule())
                                        ->steps;
        const at::Tensor& states = saved[3];
        const std::int64_t width = states.size(1);
        const at::Tensor state_slopes = slopes[0].contiguous().clone();
        at::Tensor input_slopes = at::empty(saved[1].sizes(), at::kFloat);
        at::Tensor own_slopes = at::empty(saved[1].sizes(), at::kFloat);
        for (std::size_t t = steps.steps(); t-- > 0;) {
            const std::int64_t first = steps.starts[t];
            gru_backward(step_of(steps, t, saved[1], saved[2], states),
                         state_slopes.mutable_data_ptr<float>() + first * width,
                         input_slopes.mutable_data_ptr<float>() + first * 3 * width,
                         own_slopes.mutable_data_ptr<float>() + first * 3 * width);
            if (t == 0)
                break;
            at::Tensor before = state_slopes.narrow(0, steps.starts[t - 1], steps.count(t));
            before.add_(rows_of(state_slopes, steps, t));
            before.addmm_(rows_of(own_slopes, steps, t), saved[0]);
        }
        const at::Tensor later =
            own_slopes.narrow(0, steps.count(0), own_slopes.size(0) - steps.count(0));
        const at::Tensor weight_slopes = later.size(0) == 0
                                             ? at::zeros(saved[0].sizes(), at::kFloat)
                                             : at::mm(later.t(), states_before(steps, states));
        return {input_slopes, weight_slopes, own_slopes.sum(0), {}};
    }
};

}  // namespace

at::Tensor gru_states(const PackedStepsPtr& steps, const at::Tensor& of_input,
                      const at::Tensor& weight, const at::Tensor& bias) {
    if (steps->steps() == 0)
        return of_input.narrow(1, 0, weight.size(1));
    return GruStates::apply(of_input.contiguous(), weight, bias, steps);
}

}  // namespace latpred

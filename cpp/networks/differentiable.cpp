#include "networks/differentiable.hpp"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "graphs/graph_builder.hpp"
#include "networks/accelerator_impl.hpp"
#include "networks/array_impl.hpp"
#include "networks/operator_tensors_impl.hpp"
#include "networks/program_impl.hpp"
#include "networks/taps.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

using Tensors = std::vector<at::Tensor>;

bool is_trained(ParameterRole role) {
    return role != ParameterRole::running_mean && role != ParameterRole::running_var;
}

/// Integers have no derivatives. ConfigError where a value differentiated by is read as such.
void refuse_integers(const OpGraph& graph, const GradientQuery& query) {
    std::vector<bool> depends(graph.ops.size(), false);
    depends.front() = query.of == GradientQuery::Of::inputs;
    for (const int value : query.values)
        depends[as_index(value)] = true;
    for (std::size_t i = 1; i < graph.ops.size(); ++i) {
        const auto sources = graph.inputs_of(graph.ops[i]);
        const bool reads =
            std::ranges::any_of(sources, [&](int s) { return depends[as_index(s)]; });
        depends[i] = depends[i] || reads;
        if (reads && graph.ops[i].kind == OpKind::embedding) {
            throw ConfigError(message("gradients: operator '", graph.ops[i].name(),
                                      "' reads integers, which have none; weights or values behind "
                                      "it expected"));
        }
    }
}

/// Leaves that gradients are taken by, on the device.
LoadedParameters leaves(LoadedParameters loaded, const c10::Device& device) {
    for (std::size_t i = 0; i < loaded.specs.size(); ++i) {
        loaded.tensors[i] = loaded.tensors[i].to(device);
        loaded.tensors[i].requires_grad_(is_trained(loaded.specs[i].role));
    }
    return loaded;
}

/// What is differentiated by, with names.
struct Variables {
    std::vector<std::string> names;
    Tensors tensors;
    std::vector<bool> flat;  ///< handed out as N x C; see `flat_values`

    void add(std::string name, const at::Tensor& tensor, bool is_flat = false) {
        names.push_back(std::move(name));
        tensors.push_back(tensor);
        flat.push_back(is_flat);
    }
};

Tensors derivatives(const Tensors& of, const Tensors& by, const Tensors& slopes, bool again) {
    return torch::autograd::grad(of, by, slopes, /*retain_graph=*/true, again,
                                 /*allow_unused=*/true);
}

/// Undefined ones, of what plays no part, become zeros.
void fill_gaps(Tensors& gradients, const Tensors& variables) {
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined())
            gradients[i] = at::zeros_like(variables[i]);
    }
}

at::Tensor from_array(const NamedArray& array, const at::Tensor& like) {
    return view_of(array.values.data(), array.shape).to(like.device(), at::kFloat, false, true);
}

/// In the order of the variables.
Tensors direction_of(const StateDict& given, const Variables& variables) {
    Tensors directions;
    std::size_t known = 0;
    for (std::size_t i = 0; i < variables.names.size(); ++i) {
        const at::Tensor& variable = variables.tensors[i];
        const auto found = given.find(variables.names[i]);
        if (found == given.end()) {
            directions.push_back(at::zeros_like(variable));
            continue;
        }
        ++known;
        const auto wanted = variable.sizes().slice(0, variables.flat[i] ? 2 : variable.dim());
        if (at::IntArrayRef(found->second.shape) != wanted) {
            throw SchemaError(message("direction '", excerpt(found->first), "': shape (",
                                      join(found->second.shape), ") given, (", join(wanted),
                                      ") expected"));
        }
        directions.push_back(from_array(found->second, variable).reshape(variable.sizes()));
    }
    if (known != given.size()) {
        const auto stranger = std::ranges::find_if(given, [&](const auto& entry) {
            return std::ranges::find(variables.names, entry.first) == variables.names.end();
        });
        throw SchemaError(message("direction '", excerpt(stranger->first),
                                  "': nothing of this name is differentiated by"));
    }
    return directions;
}

/// The loss at the outputs, and what it makes of directions; the spans live on the processor.
class LossAt {
  public:
    LossAt(const OutputLoss& loss, const at::Tensor& outputs)
        : loss_(loss), like_(outputs), values_(array_of(outputs)) {}

    [[nodiscard]] at::Tensor slope() const {
        NamedArray slope{values_.shape, std::vector<float>(values_.values.size())};
        loss_.slope(batch(), slope.values);
        return from_array(slope, like_);
    }

    [[nodiscard]] at::Tensor curvature(const at::Tensor& direction) const {
        const NamedArray along = array_of(direction);
        NamedArray product{values_.shape, std::vector<float>(values_.values.size())};
        loss_.curvature(batch(), along.values, product.values);
        return from_array(product, like_);
    }

  private:
    [[nodiscard]] OutputBatch batch() const {
        const auto images = static_cast<std::size_t>(values_.shape.front());
        return {values_.values, images, values_.values.size() / images};
    }

    const OutputLoss& loss_;
    at::Tensor like_;
    NamedArray values_;
};

/// (∂²L/∂θ²)·v = Jᵀ(∂²L/∂y²)Jv + ∂/∂θ (s·∂y/∂θ · v) at fixed s = ∂L/∂y. The product Jv comes from
/// differentiating Jᵀs·v by s, so the loss needs no graph of its own.
Tensors second_order(const at::Tensor& output, const Variables& variables, const LossAt& loss,
                     const StateDict* given) {
    const at::Tensor slope = loss.slope().requires_grad_(true);
    Tensors first = derivatives({output}, variables.tensors, {slope}, true);
    fill_gaps(first, variables.tensors);
    Tensors direction;
    if (given != nullptr) {
        direction = direction_of(*given, variables);
    } else {
        for (const at::Tensor& gradient : first)
            direction.push_back(gradient.detach());
    }
    at::Tensor along = at::zeros({}, output.options());
    for (std::size_t i = 0; i < first.size(); ++i)
        along = along + (first[i] * direction[i]).sum();
    if (!along.requires_grad())
        return {};
    Tensors by = variables.tensors;
    by.push_back(slope);
    Tensors second = derivatives({along}, by, {}, false);
    at::Tensor forward = second.back();
    second.pop_back();
    fill_gaps(second, variables.tensors);
    if (!forward.defined())
        return second;
    Tensors rest = derivatives({output}, variables.tensors, {loss.curvature(forward)}, false);
    for (std::size_t i = 0; i < second.size(); ++i) {
        if (rest[i].defined())
            second[i] = second[i] + rest[i];
    }
    return second;
}

}  // namespace

struct Differentiable::Compiled {
    OpGraph graph;
    int threads;
    Accelerator accelerator;
    LoadedParameters parameters;
    bool batch_statistics;

    /// Compiled for each query: which values are kept depends on it, and the parameters are shared.
    [[nodiscard]] Program program(const GradientQuery& query, Monitor& monitor) const {
        return {graph, by_operator(graph, parameters),
                ProgramForm{.batch_statistics = batch_statistics,
                            .kept = query.of == GradientQuery::Of::values ? query.values
                                                                          : std::vector<int>{}},
                accelerator.device(), monitor};
    }

    [[nodiscard]] Variables variables(const GradientQuery& query, const at::Tensor& input,
                                      const std::map<int, at::Tensor>& values) const {
        Variables found;
        if (query.of == GradientQuery::Of::inputs)
            found.add(graph.ops.front().name(), input);
        const std::vector<bool> flat = flat_values(graph);
        for (const auto& [number, tensor] : values)
            found.add(graph.ops[as_index(number)].name(), tensor, flat[as_index(number)]);
        if (query.of != GradientQuery::Of::weights)
            return found;
        for (std::size_t i = 0; i < parameters.specs.size(); ++i) {
            if (is_trained(parameters.specs[i].role))
                found.add(parameters.specs[i].name, parameters.tensors[i]);
        }
        return found;
    }
};

Differentiable::Differentiable(const OpGraph& graph, const ParameterSource& source,
                               const ExecutionOptions& options, bool batch_statistics,
                               Monitor& monitor) {
    const GradientMode mode;
    compiled_ = with_plain_errors("network", [&] {
        Accelerator accelerator(options.device);
        LoadedParameters loaded =
            leaves(load_parameters(graph, source, options.threads, monitor), accelerator.device());
        return std::unique_ptr<const Compiled>(new Compiled{
            graph, options.threads, std::move(accelerator), std::move(loaded), batch_statistics});
    });
}

Differentiable::~Differentiable() = default;

StateDict Differentiable::gradients(std::span<const float> in, std::int64_t batch,
                                    const OutputLoss& loss, const GradientQuery& query,
                                    Monitor& monitor) const {
    const Compiled& own = *compiled_;
    const Shape& from = own.graph.input_shape();
    check_batch("input", in.size(), batch, from);
    batch_elements(batch, own.graph.output_shape());  // refused before anything is computed
    refuse_integers(own.graph, query);
    return with_plain_errors("network", [&] {
        const GradientMode mode;
        const ThreadGuard threads(own.threads);
        const TorchFlush flush;
        const c10::OptionalDeviceGuard guard(own.accelerator.current());
        at::Tensor input = view_of(in.data(), {batch, from.channels, from.height, from.width})
                               .to(own.accelerator.device(), at::kFloat, false, true);
        input.requires_grad_(query.of != GradientQuery::Of::weights);
        std::map<int, at::Tensor> kept;
        const at::Tensor output =
            own.program(query, monitor)
                .run(input, monitor, [&kept](int value, const at::Tensor& tensor) {
                    // Zeros depend on nothing, but what is behind them depends on them.
                    if (!tensor.requires_grad())
                        tensor.requires_grad_(true);
                    kept[value] = tensor;
                });
        const Variables variables = own.variables(query, input, kept);
        const LossAt at_output(loss, output);
        Tensors found;
        if (output.requires_grad() && query.order == 2)
            found = second_order(output, variables, at_output, query.direction);
        else if (output.requires_grad())
            found = derivatives({output}, variables.tensors, {at_output.slope()}, false);
        found.resize(variables.tensors.size());
        fill_gaps(found, variables.tensors);
        StateDict by_name;
        for (std::size_t i = 0; i < found.size(); ++i)
            by_name.emplace(variables.names[i], array_of(found[i], variables.flat[i]));
        return by_name;
    });
}

}  // namespace latpred

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <utility>

#include "base/index.hpp"
#include "networks/operator_tensors_impl.hpp"
#include "networks/zero_cost_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred::proxies {

struct ProxyNetwork::Loaded {
    std::vector<OpTensors> by_operator;
    std::vector<at::Tensor> weights;
    std::vector<int> owners;
    std::vector<at::Tensor> variances;

    Loaded(const OpGraph& graph, const ParameterSource& source, bool differentiable,
           at::Tensor (*changed)(const at::Tensor&), Monitor& monitor) {
        LoadedParameters loaded = load_parameters(graph, source, 1, monitor);
        for (std::size_t i = 0; i < loaded.specs.size(); ++i) {
            at::Tensor& tensor = loaded.tensors[i];
            if (changed != nullptr)
                tensor = changed(tensor);
            if (loaded.specs[i].role == ParameterRole::running_var)
                variances.push_back(tensor);
            const OpKind kind = graph.ops[as_index(loaded.specs[i].op)].kind;
            if (loaded.specs[i].role != ParameterRole::weight ||
                (kind != OpKind::conv && kind != OpKind::linear))
                continue;
            tensor.requires_grad_(differentiable);
            weights.push_back(tensor);
            owners.push_back(loaded.specs[i].op);
        }
        by_operator = latpred::by_operator(graph, loaded);
    }
};

ProxyNetwork::ProxyNetwork(const OpGraph& graph, const ParameterSource& source,
                           const ProgramForm& form, bool differentiable, Monitor& monitor,
                           at::Tensor (*changed)(const at::Tensor&))
    : ProxyNetwork(graph, Loaded(graph, source, differentiable, changed, monitor), form, monitor) {}

ProxyNetwork::ProxyNetwork(const OpGraph& graph, Loaded&& loaded, const ProgramForm& form,
                           Monitor& monitor)
    : weights_(std::move(loaded.weights)), owners_(std::move(loaded.owners)),
      variances_(std::move(loaded.variances)),
      program_(graph, std::move(loaded.by_operator), form, c10::Device(c10::kCPU), monitor) {}

bool wanted(const ProxyQuery& query, std::initializer_list<Proxy> any) {
    return std::ranges::any_of(
        any, [&](Proxy proxy) { return std::ranges::count(query.proxies, proxy) > 0; });
}

double total(const at::Tensor& tensor) {
    return tensor.detach().sum(at::kDouble).item<double>();
}

std::vector<at::Tensor> slopes(const at::Tensor& of, const std::vector<at::Tensor>& by, bool keep,
                               bool again) {
    std::vector<at::Tensor> found(by.size());
    if (of.requires_grad())
        found = torch::autograd::grad({of}, by, {}, keep, again, /*allow_unused=*/true);
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i].defined())
            found[i] = at::zeros_like(by[i]);
    }
    return found;
}

at::Tensor batch_images(const Shape& shape, const ProxyQuery& query) {
    const std::vector<float> drawn =
        query.images.empty() ? proxy_images(shape, query.batch, query.seed) : std::vector<float>{};
    const float* values = query.images.empty() ? drawn.data() : query.images.data();
    return view_of(values, {query.batch, shape.channels, shape.height, shape.width}).clone();
}

std::vector<std::int64_t> batch_labels(const OpGraph& graph, const ProxyQuery& query) {
    if (!query.labels.empty())
        return query.labels;
    return proxy_labels(query.batch, graph.output_shape().channels, query.seed);
}

}  // namespace latpred::proxies

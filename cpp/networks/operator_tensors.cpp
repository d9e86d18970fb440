#include <algorithm>

#include "base/index.hpp"
#include "base/parallel.hpp"
#include "networks/operator_tensors_impl.hpp"

namespace latpred {
namespace {

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

}  // namespace

LoadedParameters load_parameters(const OpGraph& graph, const ParameterSource& source, int threads,
                                 Monitor& monitor) {
    LoadedParameters loaded{parameters_of(graph), {}};
    source.check(loaded.specs);
    loaded.tensors.resize(loaded.specs.size());
    const auto fill = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            at::Tensor tensor = at::empty(loaded.specs[i].shape, at::kFloat);
            source.fill(loaded.specs[i],
                        {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
            loaded.tensors[i] = std::move(tensor);
        }
    };
    parallel_for(loaded.specs.size(), 1, std::max(threads, 1), fill, monitor);
    return loaded;
}

std::vector<OpTensors> by_operator(const OpGraph& graph, const LoadedParameters& loaded) {
    std::vector<OpTensors> all(graph.ops.size());
    for (std::size_t i = 0; i < loaded.specs.size(); ++i) {
        const ParameterSpec& spec = loaded.specs[i];
        slot(all[as_index(spec.op)], spec.role) = loaded.tensors[i];
    }
    return all;
}

}  // namespace latpred

#include "networks/zero_cost_impl.hpp"
#include "networks/zero_cost_parameters.hpp"

namespace latpred::proxies {
namespace {

OpGraph without_batch_norms(OpGraph graph) {
    for (Op& op : graph.ops) {
        if (op.kind == OpKind::batch_norm)
            op.kind = OpKind::identity;
    }
    return graph;
}

at::Tensor absolute(const at::Tensor& parameter) {
    return parameter.abs().to(at::kDouble);
}

}  // namespace

void synflow_proxy(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor,
                   Values& values) {
    const at::AutoGradMode recorded(true);
    const ProxyNetwork network(without_batch_norms(graph), InitialParameters(query.seed), {}, true,
                               monitor, &absolute);
    const Shape& shape = graph.input_shape();
    const at::Tensor ones =
        at::ones({1, shape.channels, shape.height, shape.width}, at::TensorOptions(at::kDouble));
    const at::Tensor output = network.program().run(ones, monitor).sum();
    const std::vector<at::Tensor> gradients = slopes(output, network.weights(), false, false);
    double score = 0;
    for (std::size_t i = 0; i < gradients.size(); ++i)
        score += total((network.weights()[i].detach() * gradients[i]).abs());
    values[Proxy::synflow] = score;
}

}  // namespace latpred::proxies

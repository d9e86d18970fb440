#include <cmath>
#include <ranges>
#include <string_view>
#include <tuple>

#include "networks/zero_cost_impl.hpp"
#include "networks/zero_cost_parameters.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred::proxies {
namespace {

constexpr double mixed = 0.01;    // of the second image in the first
constexpr double momentum = 0.1;  // of running statistics, as PyTorch's

/// The value before the last global pooling; the output where there is none.
int features_of_images(const OpGraph& graph) {
    for (const Op& op : graph.ops | std::views::reverse) {
        if (op.kind == OpKind::global_pool)
            return graph.inputs_of(op).front();
    }
    return static_cast<int>(graph.ops.size()) - 1;
}

/// Σ log √mean of the running variances.
double log_scales(const std::vector<at::Tensor>& variances) {
    double sum = 0;
    for (const at::Tensor& variance : variances)
        sum += std::log(total(variance) / static_cast<double>(variance.numel())) / 2;
    return sum;
}

at::Tensor noise(const Shape& shape, const ProxyQuery& query, std::string_view stream) {
    const std::vector<float> drawn = proxy_images(shape, query.batch, query.seed, stream);
    return view_of(drawn.data(), {query.batch, shape.channels, shape.height, shape.width}).clone();
}

}  // namespace

void zen_proxy(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor, Values& values) {
    const at::AutoGradMode recorded(false);
    const int features = features_of_images(graph);
    const ProgramForm form{
        .batch_statistics = true, .kept = {features}, .momentum = momentum, .channels_last = true};
    const ProxyNetwork network(graph, NormalParameters(query.seed), form, false, monitor);
    const auto pass = [&](const at::Tensor& images) {
        at::Tensor found;
        std::ignore = network.program().run(images, monitor,
                                            [&](int, const at::Tensor& tensor) { found = tensor; });
        return found;
    };
    const at::Tensor images = noise(graph.input_shape(), query, zen_streams[0]);
    const at::Tensor plain = pass(images);
    const at::Tensor moved =
        pass(images + mixed * noise(graph.input_shape(), query, zen_streams[1]));
    const double distance = total((plain - moved).abs()) / static_cast<double>(query.batch);
    values[Proxy::zen] = std::log(distance) + log_scales(network.running_variances());
}

}  // namespace latpred::proxies

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/index.hpp"
#include "networks/zero_cost_impl.hpp"
#include "networks/zero_cost_parameters.hpp"
#include "networks/zero_cost_scores.hpp"

namespace latpred::proxies {
namespace {

/// One for each weight that is looked at.
using PerLayer = std::vector<at::Tensor>;

bool has_code(const Op& op) {
    return op.kind == OpKind::activation &&
           (op.activation == Activation::relu || op.activation == Activation::relu6);
}

/// How many ReLUs agree about two images, summed over layers.
class CodeKernel {
  public:
    explicit CodeKernel(std::int64_t batch)
        : counts_(at::zeros({batch, batch}, at::TensorOptions(at::kDouble))) {}

    /// Of a ReLU's output, which is positive where its input is.
    void add(const at::Tensor& output) {
        const at::Tensor on = output.detach().flatten(1).gt(0).to(at::kFloat);
        const at::Tensor both = at::mm(on, on.t()).to(at::kDouble);  // whole numbers below 2^24
        const at::Tensor alone = both.diagonal();
        counts_ +=
            2 * both + static_cast<double>(on.size(1)) - alone.unsqueeze(0) - alone.unsqueeze(1);
    }

    [[nodiscard]] Eigen::MatrixXd counts() const {
        return Eigen::Map<const Eigen::MatrixXd>(counts_.const_data_ptr<double>(), counts_.size(0),
                                                 counts_.size(1));
    }

  private:
    at::Tensor counts_;
};

/// What is shown on the way through the network.
struct Seen {
    CodeKernel codes;
    std::map<int, at::Tensor> activations;  ///< outputs of the weights' operators
};

/// Of one layer's outputs and their slopes: ½ · mean over images of (Σ over places)², by channel,
/// each counted once for every weight of its channel.
double fisher_of(const at::Tensor& activation, const at::Tensor& slope, const at::Tensor& weight) {
    const at::Tensor product = activation.detach() * slope.detach();
    // The channels of tokens are the last axis.
    const bool tokens = weight.dim() == 2 && (product.size(2) > 1 || product.size(3) > 1);
    const at::Tensor sums =
        product.sum(tokens ? at::IntArrayRef{1, 2} : at::IntArrayRef{2, 3}, false, at::kDouble);
    const at::Tensor scores = sums.square().mean(0) * 0.5;
    return scores.sum().item<double>() * static_cast<double>(weight.numel() / weight.size(0));
}

double sum_of_products(const at::Tensor& a, const at::Tensor& b) {
    return total(a.detach() * b.detach());
}

void gradient_proxies(const PerLayer& weights, const PerLayer& gradients, Values& values) {
    for (const Proxy proxy : {Proxy::grad_norm, Proxy::plain, Proxy::snip})
        values[proxy] = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const at::Tensor product = weights[i].detach() * gradients[i].detach();
        values[Proxy::grad_norm] += std::sqrt(total(gradients[i].detach().square()));
        values[Proxy::plain] += total(product);
        values[Proxy::snip] += total(product.abs());
    }
}

/// -Σ w · (H g), where H is of these weights alone.
double grasp_of(const PerLayer& weights, const PerLayer& gradients) {
    at::Tensor along = at::zeros({}, weights.front().options().requires_grad(false));
    for (const at::Tensor& gradient : gradients)
        along = along + (gradient * gradient.detach()).sum();
    const PerLayer products = slopes(along, weights, false, false);
    double score = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
        score -= sum_of_products(weights[i], products[i]);
    return score;
}

void loss_proxies(const ProxyNetwork& network, const Seen& seen, const at::Tensor& loss,
                  const ProxyQuery& query, Values& values) {
    const PerLayer& weights = network.weights();
    PerLayer by = weights;
    PerLayer activations;
    if (wanted(query, {Proxy::fisher})) {
        for (const int owner : network.owners())
            activations.push_back(seen.activations.at(owner));
        by.insert(by.end(), activations.begin(), activations.end());
    }
    const bool twice = wanted(query, {Proxy::grasp});
    PerLayer found = slopes(loss, by, twice, twice);
    if (!activations.empty()) {
        double fisher = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            fisher += fisher_of(activations[i], found[weights.size() + i], weights[i]);
        values[Proxy::fisher] = fisher;
        found.resize(weights.size());
    }
    gradient_proxies(weights, found, values);
    if (twice)
        values[Proxy::grasp] = grasp_of(weights, found);
}

void jacobian_proxies(const at::Tensor& output, const at::Tensor& input,
                      const std::vector<std::int64_t>& labels, bool keep, Values& values) {
    const at::Tensor slope =
        slopes(output.sum(), {input}, keep, false).front().flatten(1).to(at::kDouble).contiguous();
    const Eigen::MatrixXd correlations = row_correlations(
        Eigen::Map<const ImageRows>(slope.const_data_ptr<double>(), slope.size(0), slope.size(1)));
    values[Proxy::jacov] = jacobian_score(correlations);
    values[Proxy::epe_nas] = class_score(correlations, labels);
}

std::vector<int> shown_values(const OpGraph& graph, const ProxyQuery& query) {
    std::vector<int> shown;
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const Op& op = graph.ops[i];
        const bool layer = op.kind == OpKind::conv || op.kind == OpKind::linear;
        if ((layer && wanted(query, {Proxy::fisher})) ||
            (has_code(op) && wanted(query, {Proxy::nwot})))
            shown.push_back(static_cast<int>(i));
    }
    return shown;
}

}  // namespace

void batch_proxies(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor,
                   Values& values) {
    const bool jacobians = wanted(query, {Proxy::jacov, Proxy::epe_nas});
    const bool losses =
        wanted(query, {Proxy::fisher, Proxy::grad_norm, Proxy::grasp, Proxy::plain, Proxy::snip});
    const at::AutoGradMode recorded(jacobians || losses);
    const ProxyNetwork network(graph, InitialParameters(query.seed),
                               ProgramForm{.batch_statistics = true,
                                           .kept = shown_values(graph, query),
                                           .channels_last = true},
                               losses, monitor);
    values[Proxy::l2_norm] = 0;
    for (const at::Tensor& weight : network.weights())
        values[Proxy::l2_norm] += std::sqrt(total(weight.detach().square()));
    if (!jacobians && !losses && !wanted(query, {Proxy::nwot}))
        return;
    at::Tensor input = batch_images(graph.input_shape(), query);
    input.requires_grad_(jacobians);
    Seen seen{CodeKernel(query.batch), {}};
    const at::Tensor output = network.program()
                                  .run(input, monitor,
                                       [&](int value, const at::Tensor& tensor) {
                                           if (has_code(graph.ops[as_index(value)]))
                                               seen.codes.add(tensor);
                                           else
                                               seen.activations[value] = tensor;
                                       })
                                  .flatten(1);
    if (wanted(query, {Proxy::nwot}))
        values[Proxy::nwot] = log_determinant(seen.codes.counts());
    const std::vector<std::int64_t> labels = batch_labels(graph, query);
    if (jacobians)
        jacobian_proxies(output, input, labels, losses, values);
    if (losses) {
        const at::Tensor classes = at::tensor(labels, at::TensorOptions(at::kLong));
        loss_proxies(network, seen, at::cross_entropy_loss(output, classes), query, values);
    }
}

}  // namespace latpred::proxies

#include "networks/fusion.hpp"

#include <algorithm>

namespace latpred {
namespace {

/// The consumer of each value where there is exactly one, else -1.
std::vector<int> only_consumers(const OpGraph& graph) {
    std::vector<int> consumer(graph.ops.size(), -1);
    std::vector<int> count(graph.ops.size(), 0);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        for (int source : graph.inputs_of(graph.ops[i])) {
            consumer[static_cast<std::size_t>(source)] = static_cast<int>(i);
            ++count[static_cast<std::size_t>(source)];
        }
    }
    for (std::size_t i = 0; i < consumer.size(); ++i) {
        if (count[i] != 1)
            consumer[i] = -1;
    }
    return consumer;
}

class Fuser {
  public:
    Fuser(const OpGraph& graph, const Fusion& fusion)
        : graph_(graph), fusion_(fusion), consumer_(only_consumers(graph)) {
        for (const int value : fusion.kept)
            consumer_[static_cast<std::size_t>(value)] = -1;
    }

    std::vector<FusedOp> run() {
        std::vector<bool> taken(graph_.ops.size(), false);
        std::vector<FusedOp> fused;
        for (int i = 0; i < static_cast<int>(graph_.ops.size()); ++i) {
            if (taken[static_cast<std::size_t>(i)])
                continue;
            fused.push_back(graph_.ops[static_cast<std::size_t>(i)].kind == OpKind::conv
                                ? chain(i, taken)
                                : FusedOp{.op = i, .output = i});
        }
        // A chain runs where its last operator stood: there all its inputs are known.
        std::ranges::sort(fused, {}, &FusedOp::output);
        return fused;
    }

  private:
    /// The number of the only consumer of `value`, which nobody else sees, if it is of that kind,
    /// else -1.
    [[nodiscard]] int next(int value, OpKind kind) const {
        const int user = consumer_[static_cast<std::size_t>(value)];
        return user >= 0 && op(user).kind == kind ? user : -1;
    }

    [[nodiscard]] const Op& op(int number) const {
        return graph_.ops[static_cast<std::size_t>(number)];
    }

    FusedOp chain(int conv, std::vector<bool>& taken) const {
        FusedOp fused{.op = conv, .output = conv};
        const auto extend = [&](int user) {
            fused.output = user;
            taken[static_cast<std::size_t>(user)] = true;
        };
        if (const int user = next(fused.output, OpKind::batch_norm);
            fusion_.batch_norm && user >= 0) {
            fused.batch_norm = user;
            extend(user);
        }
        if (const int user = next(fused.output, OpKind::add); fusion_.residual && user >= 0)
            add_residual(fused, user, taken);
        if (const int user = next(fused.output, OpKind::activation);
            fusion_.activation && user >= 0) {
            const Activation activation = op(user).activation;
            if (fused.residual < 0 || activation == Activation::relu) {
                fused.activation = activation;
                extend(user);
            }
        }
        return fused;
    }

    void add_residual(FusedOp& fused, int sum, std::vector<bool>& taken) const {
        const auto terms = graph_.inputs_of(op(sum));
        // The first branch to reach the sum takes it; its partner must exist by then as a value.
        if (terms.size() != 2 || taken[static_cast<std::size_t>(sum)])
            return;
        fused.residual = terms[0] == fused.output ? terms[1] : terms[0];
        fused.output = sum;
        taken[static_cast<std::size_t>(sum)] = true;
    }

    const OpGraph& graph_;
    Fusion fusion_;
    std::vector<int> consumer_;
};

}  // namespace

std::vector<int> FusedOp::inputs(const OpGraph& graph) const {
    const auto own = graph.inputs_of(graph.ops[static_cast<std::size_t>(op)]);
    std::vector<int> all(own.begin(), own.end());
    if (all.empty() && op > 0)
        all.push_back(0);
    if (residual >= 0)
        all.push_back(residual);
    return all;
}

std::vector<FusedOp> fuse(const OpGraph& graph, const Fusion& fusion) {
    return Fuser(graph, fusion).run();
}

}  // namespace latpred

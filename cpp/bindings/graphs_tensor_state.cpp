// Networks of other tools as plain values, for pickling and copying.
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/graphs.hpp"
#include "graphs/tensor_graph.hpp"

namespace latpred::bindings {
namespace {

constexpr int tensor_state_version = 1;

// Role, name, sizes, bits, what a constant was folded from, and the operator that computes it.
using TensorState =
    std::tuple<int, std::string, std::vector<std::int64_t>, int, std::vector<int>, int>;
// Kind, name, type, inputs; groups, both transposes, equation and matrices.
using OperatorState = std::tuple<std::string, std::string, std::string, std::vector<int>, int, bool,
                                 bool, std::string, int>;
using NetworkState = std::tuple<int, std::vector<TensorState>, std::vector<OperatorState>,
                                std::vector<std::pair<std::string, int>>>;

NetworkState network_state(const TensorGraph& graph) {
    std::vector<TensorState> tensors;
    for (const Tensor& one : graph.tensors())
        tensors.emplace_back(static_cast<int>(one.role), one.name, one.sizes, one.bits, one.made_of,
                             one.producer);
    std::vector<OperatorState> operators;
    for (const TensorOp& op : graph.ops()) {
        const TensorAttributes& own = op.attributes;
        operators.emplace_back(std::string(to_string(op.kind)), op.name, op.type, op.inputs,
                               own.groups, own.transpose_a, own.transpose_b, own.equation,
                               own.matrices);
    }
    const auto outputs = graph.outputs();
    return {tensor_state_version,
            std::move(tensors),
            std::move(operators),
            {outputs.begin(), outputs.end()}};
}

/// Makes a network again as it was made: each tensor in its turn, by the operator that writes it.
class NetworkMaking {
  public:
    explicit NetworkMaking(const NetworkState& state) : state_(state) {}

    TensorGraph made() {
        const auto& tensors = std::get<1>(state_);
        while (graph_.tensors().size() < tensors.size())
            make(tensors[graph_.tensors().size()]);
        for (const auto& [name, number] : std::get<3>(state_))
            graph_.output(name, number);
        return std::move(graph_);
    }

  private:
    static TensorShape shape_of(const TensorState& tensor) {
        return {std::get<1>(tensor), std::get<2>(tensor), std::get<3>(tensor)};
    }

    void make(const TensorState& tensor) {
        const std::vector<int>& made_of = std::get<4>(tensor);
        switch (static_cast<TensorRole>(std::get<0>(tensor))) {
        case TensorRole::input:
            graph_.input(shape_of(tensor));
            return;
        case TensorRole::weight:
            graph_.weight(shape_of(tensor));
            return;
        case TensorRole::constant:
            if (made_of.empty())
                graph_.constant(shape_of(tensor));
            else  // of known values: computed beforehand
                graph_.add(TensorKind::arithmetic, "", "", made_of, {shape_of(tensor)}, {});
            return;
        case TensorRole::computed:
            run(std::get<5>(tensor));
            return;
        }
        throw DataError("the state of a network is damaged: a tensor of no role");
    }

    /// The operator of that number, with all that it writes.
    void run(int number) {
        const auto& operators = std::get<2>(state_);
        if (number != static_cast<int>(graph_.ops().size()) ||
            graph_.ops().size() >= operators.size())
            throw DataError(message("the state of a network is damaged: operator ", number, " of ",
                                    operators.size(), " is next"));
        const auto& [kind, name, type, inputs, groups, left, right, equation, matrices] =
            operators[static_cast<std::size_t>(number)];
        const auto& tensors = std::get<1>(state_);
        std::vector<TensorShape> outputs;
        for (std::size_t i = graph_.tensors().size();
             i < tensors.size() && std::get<5>(tensors[i]) == number; ++i)
            outputs.push_back(shape_of(tensors[i]));
        graph_.add(tensor_kind(kind), name, type, inputs, std::move(outputs),
                   {groups, left, right, equation, matrices});
    }

    const NetworkState& state_;
    TensorGraph graph_;
};

TensorGraph network_of(const NetworkState& state) {
    if (std::get<0>(state) != tensor_state_version)
        throw DataError(message("the state of a network is of version ", std::get<0>(state), ", ",
                                tensor_state_version, " expected"));
    return NetworkMaking(state).made();
}

}  // namespace

void bind_tensor_state(py::class_<TensorGraph>& cls) {
    cls.def(py::pickle(&network_state, &network_of));
}

}  // namespace latpred::bindings

// Multiply-accumulates of operators on tensors, as torch.utils.flop_counter counts them (it counts
// two operations for each).
#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/checked.hpp"
#include "graphs/tensor_graph.hpp"

namespace latpred {
namespace {

using Sizes = std::vector<std::int64_t>;

class WorkCounter {
  public:
    WorkCounter(const TensorGraph& graph, const TensorOp& op) : graph_(graph), op_(op) {}

    [[nodiscard]] std::int64_t conv() const;
    [[nodiscard]] std::int64_t matmul() const;
    [[nodiscard]] std::int64_t attention() const;
    [[nodiscard]] std::int64_t einsum() const;
    [[nodiscard]] std::int64_t recurrent() const;

  private:
    [[nodiscard]] const Tensor& in(std::size_t which) const {
        require(which < op_.inputs.size(), op_.inputs.size(), " inputs, at least ", which + 1,
                " expected");
        return graph_.tensor(op_.inputs[which]);
    }
    [[nodiscard]] const Tensor& out() const { return graph_.tensor(op_.outputs.front()); }

    template <class... Parts>
    void require(bool holds, const Parts&... parts) const {
        if (!holds) {
            throw ConfigError(message("operator '", excerpt(op_.name), "' (", excerpt(op_.type),
                                      "): ", parts...));
        }
    }

    void add_sizes(std::string_view labels, const Sizes& sizes,
                   std::map<std::string, std::int64_t>& found) const;

    const TensorGraph& graph_;
    const TensorOp& op_;
};

std::string shape_of(const Tensor& tensor) {
    return message("(", join_few(tensor.sizes), ")");
}

std::int64_t WorkCounter::conv() const {
    const Tensor& x = in(0);
    const Tensor& weight = in(1);
    const bool transposed = op_.kind == TensorKind::conv_transpose;
    const int groups = op_.attributes.groups;
    const std::size_t rank = weight.sizes.size();
    require(rank >= 3 && x.sizes.size() == rank && out().sizes.size() == rank && groups >= 1,
            "weights of shape ", shape_of(weight), " in ", groups, " groups on a value of shape ",
            shape_of(x), ", one rank of at least 3 and groups of at least 1 expected");
    const std::int64_t read = times(weight.sizes[transposed ? 0 : 1], transposed ? 1 : groups);
    const std::int64_t written = times(weight.sizes[transposed ? 1 : 0], transposed ? groups : 1);
    require(x.sizes[1] == read && out().sizes[1] == written && written % groups == 0,
            "weights of shape ", shape_of(weight), " in ", groups, " groups on ", x.sizes[1],
            " channels to ", out().sizes[1], ", ", read, " to ", written, " expected");
    std::int64_t macs = (transposed ? x : out()).elements();
    for (std::size_t axis = 1; axis < rank; ++axis)
        macs = times(macs, weight.sizes[axis]);
    return macs;
}

std::int64_t WorkCounter::matmul() const {
    const Sizes& a = in(0).sizes;
    const Sizes& b = in(1).sizes;
    const TensorAttributes& attributes = op_.attributes;
    require(!a.empty() && !b.empty() && (a.size() > 1 || !attributes.transpose_a),
            "a product of shapes ", shape_of(in(0)), " and ", shape_of(in(1)),
            ", matrices or vectors expected");
    const std::int64_t inner = attributes.transpose_a ? a[a.size() - 2] : a.back();
    const std::int64_t other = b.size() == 1 || attributes.transpose_b ? b.back() : b[b.size() - 2];
    require(inner == other, "a product of shapes ", shape_of(in(0)), " and ", shape_of(in(1)), ": ",
            inner, " columns and ", other, " rows, equal numbers expected");
    return times(out().elements(), inner);
}

std::int64_t WorkCounter::attention() const {
    const Sizes& query = in(0).sizes;
    const Sizes& keys = in(1).sizes;
    require(query.size() >= 3 && keys.size() == query.size(), "queries of shape ", shape_of(in(0)),
            " and keys of shape ", shape_of(in(1)), ", one rank of at least 3 expected");
    return times(plus(in(0).elements(), out().elements()), keys[keys.size() - 2]);
}

/// Sizes by letter; the axes of "..." by their number from the end.
void WorkCounter::add_sizes(std::string_view labels, const Sizes& sizes,
                            std::map<std::string, std::int64_t>& found) const {
    std::vector<std::string> names;
    const std::size_t dots = labels.find("...");
    const std::size_t letters = labels.size() - (dots == std::string_view::npos ? 0 : 3);
    const bool fits =
        dots == std::string_view::npos ? letters == sizes.size() : letters <= sizes.size();
    require(fits, "equation '", excerpt(op_.attributes.equation), "' with an input of rank ",
            sizes.size(), ", one axis a letter expected");
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (i != dots) {
            names.emplace_back(1, labels[i]);
            continue;
        }
        for (std::size_t left = sizes.size() - letters; left > 0; --left)
            names.push_back(message(".", left));
        i += 2;
    }
    for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
        std::int64_t& size = found.try_emplace(names[axis], sizes[axis]).first->second;
        require(size == sizes[axis] || size == 1 || sizes[axis] == 1, "equation '",
                excerpt(op_.attributes.equation), "': axis ", names[axis], " has sizes ", size,
                " and ", sizes[axis], ", one size expected");
        size = std::max(size, sizes[axis]);
    }
}

/// An axis that only one input has, and the result has not, is summed before.
std::int64_t WorkCounter::einsum() const {
    std::string text = op_.attributes.equation;
    std::erase(text, ' ');
    const std::size_t arrow = text.find("->");
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos)
        return 0;
    require(op_.inputs.size() == 2 && text.find(',', comma + 1) == std::string::npos, "equation '",
            excerpt(text), "' of ", op_.inputs.size(), " inputs, at most 2 expected");
    const std::string left = text.substr(0, comma);
    const std::string right =
        text.substr(comma + 1, arrow == std::string::npos ? std::string::npos : arrow - comma - 1);
    std::map<std::string, std::int64_t> a;
    std::map<std::string, std::int64_t> b;
    add_sizes(left, in(0).sizes, a);
    add_sizes(right, in(1).sizes, b);
    std::int64_t macs = out().elements();
    for (const auto& [name, size] : a) {
        const bool kept = arrow == std::string::npos ? !b.contains(name) || name.size() > 1
                          : name.size() > 1 ? text.find("...", arrow) != std::string::npos
                                            : text.find(name, arrow + 2) != std::string::npos;
        if (b.contains(name) && !kept)
            macs = times(macs, std::max(size, b[name]));
    }
    return macs;
}

/// Each matrix multiplies once a step and sequence, in each layer and direction.
std::int64_t WorkCounter::recurrent() const {
    const Tensor& x = in(0);
    const int matrices = op_.attributes.matrices;
    require(x.sizes.size() >= 2 && x.sizes.back() >= 1 && matrices >= 1, "steps of shape ",
            shape_of(x), " and ", matrices, " matrices, at least 2 axes and 1 matrix expected");
    require(in(1).sizes.size() >= 2 && in(1).sizes.back() == x.sizes.back(), "a matrix of shape ",
            shape_of(in(1)), " for steps of ", x.sizes.back(), " values, rows of as many expected");
    const std::int64_t steps = x.elements() / x.sizes.back();
    std::int64_t macs = 0;
    for (int i = 1; i <= matrices; ++i)
        macs = plus(macs, times(steps, in(static_cast<std::size_t>(i)).elements()));
    return macs;
}

}  // namespace

std::int64_t macs_of(const TensorGraph& graph, const TensorOp& op) {
    const WorkCounter counter(graph, op);
    switch (op.kind) {
    case TensorKind::conv:
    case TensorKind::conv_transpose:
        return counter.conv();
    case TensorKind::matmul:
        return counter.matmul();
    case TensorKind::attention:
        return counter.attention();
    case TensorKind::einsum:
        return counter.einsum();
    case TensorKind::recurrent:
        return counter.recurrent();
    default:
        return 0;
    }
}

}  // namespace latpred

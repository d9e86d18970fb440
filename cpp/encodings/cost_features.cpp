#include "encodings/cost_features.hpp"

#include <array>
#include <utility>

#include "graphs/costs.hpp"

namespace latpred {
namespace {

constexpr std::int64_t bytes_per_value = 4;

/// Sums over the operators; what costs_of does not tell.
struct Sums {
    std::int64_t depthwise_macs = 0;
    std::int64_t pointwise_macs = 0;
    std::int64_t vector_macs = 0;
    std::int64_t depthwise_ops = 0;
    std::int64_t products = 0;
    std::int64_t depth = 0;
    std::int64_t written = 0;  ///< elements
};

void add_conv(const OpGraph& graph, const Op& op, Sums& sums) {
    const std::int64_t macs = macs_of(graph, op);
    const Shape& in = graph.input_shape(op);
    if (op.window.groups > 1 && op.window.groups == in.channels) {
        sums.depthwise_macs += macs;
        ++sums.depthwise_ops;
    } else if (in.height == 1 && in.width == 1) {
        sums.vector_macs += macs;
    } else if (op.window.kernel_h == 1 && op.window.kernel_w == 1) {
        sums.pointwise_macs += macs;
    }
}

Sums sums_of(const OpGraph& graph) {
    Sums sums;
    std::pair<int, int> place{-1, -1};
    std::vector<std::int64_t> written(static_cast<std::size_t>(graph.group_count));
    for (const Op& op : graph.ops) {
        if (op.unit >= 0 && std::pair(op.unit, op.layer) != place) {
            place = {op.unit, op.layer};
            ++sums.depth;
        }
        if (op.kind == OpKind::conv)
            add_conv(graph, op, sums);
        if (op.kind == OpKind::multiply)
            ++sums.products;
        if (op.group >= 0)
            written[static_cast<std::size_t>(op.group)] = op.shape.elements();
    }
    for (std::int64_t elements : written)
        sums.written += elements;
    return sums;
}

std::array<double, CostFeatures::count> features_of(const OpGraph& graph) {
    const Costs costs = costs_of(graph);
    const Sums sums = sums_of(graph);
    const std::array<std::int64_t, CostFeatures::count> counts{
        costs.macs,          sums.depthwise_macs,
        sums.pointwise_macs, sums.vector_macs,
        costs.params,        costs.bytes,
        costs.peak_bytes,    bytes_per_value * sums.written,
        costs.kernels,       static_cast<std::int64_t>(graph.ops.size()),
        sums.depthwise_ops,  sums.products,
        sums.depth,          graph.input_shape().height,
    };
    std::array<double, CostFeatures::count> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>(counts[i]);
    return values;
}

}  // namespace

std::vector<std::string> CostFeatures::feature_names() const {
    return {
        "macs",       "depthwise_macs",   "pointwise_macs", "se_macs", "params",        "bytes",
        "peak_bytes", "activation_bytes", "kernels",        "ops",     "depthwise_ops", "se_ops",
        "depth",      "resolution"};
}

std::vector<double> CostFeatures::values(const Architectures& archs) const {
    std::vector<double> all;
    all.reserve(archs.size() * count);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto row = features_of(archs.space().lower(archs.row(i)));
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

void CostFeatures::write(const Architectures& archs, std::span<float> out) const {
    const std::vector<double> all = values(archs);
    for (std::size_t i = 0; i < all.size(); ++i)
        out[i] = static_cast<float>(all[i]);
}

}  // namespace latpred

#include "graphs/nds_cell.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "graphs/cell.hpp"

namespace latpred {
namespace {

constexpr double nds_eps = 1e-5;

constexpr std::array<NdsOperation, 16> nds_operations{{
    {"none", NdsForm::none, 1},
    {"skip_connect", NdsForm::skip, 1},
    {"avg_pool_3x3", NdsForm::avg_pool, 3},
    {"max_pool_3x3", NdsForm::max_pool, 3},
    {"max_pool_5x5", NdsForm::max_pool, 5},
    {"max_pool_7x7", NdsForm::max_pool, 7},
    {"conv_1x1", NdsForm::conv, 1},
    {"conv_3x3", NdsForm::conv, 3},
    {"conv_3x1_1x3", NdsForm::split_conv, 3},
    {"conv_7x1_1x7", NdsForm::split_conv, 7},
    {"sep_conv_3x3", NdsForm::sep_conv, 3},
    {"sep_conv_5x5", NdsForm::sep_conv, 5},
    {"sep_conv_7x7", NdsForm::sep_conv, 7},
    {"dil_conv_3x3", NdsForm::dil_conv, 3},
    {"dil_conv_5x5", NdsForm::dil_conv, 5},
    {"dil_sep_conv_3x3", NdsForm::dil_sep_conv, 3},
}};

/// ReLU, depthwise, pointwise, batch norm.
int separable(GraphBuilder& g, int from, int kernel, int stride, int dilation,
              const std::string& part) {
    const int channels = g.shape(from).channels;
    Window window = square(kernel, stride, dilation * (kernel - 1) / 2, channels);
    window.dilation = dilation;
    int x = g.activation(from, Activation::relu, part + ".relu");
    x = g.conv(x, channels, window, false, part + ".depthwise");
    x = g.conv(x, channels, {}, false, part + ".pointwise");
    return g.batch_norm(x, nds_eps, part + ".bn");
}

/// ReLU, 1 x k, k x 1, batch norm; each convolution strides along its own axis.
int split_conv(GraphBuilder& g, int from, int kernel, int stride) {
    const int channels = g.shape(from).channels;
    const int margin = kernel / 2;
    Window wide{.kernel_w = kernel, .pad_left = margin, .pad_right = margin, .stride_w = stride};
    Window high{.kernel_h = kernel,
                .stride = stride,
                .pad_top = margin,
                .pad_bottom = margin,
                .stride_w = 1};
    if (stride == 1)
        wide.stride_w = high.stride_w = 0;
    int x = g.activation(from, Activation::relu, "conv.relu");
    x = g.conv(x, channels, wide, false, "conv.wide");
    x = g.conv(x, channels, high, false, "conv.high");
    return g.batch_norm(x, nds_eps, "conv.bn");
}

/// -1 where it carries nothing.
int edge(GraphBuilder& g, int from, const NdsOperation& operation, int stride) {
    const int kernel = operation.kernel;
    const int dilation = operation.form == NdsForm::sep_conv ? 1 : 2;
    switch (operation.form) {
    case NdsForm::none:
        return -1;
    case NdsForm::skip:
        return stride == 1 ? from : factorised_reduction(g, from, g.shape(from).channels, "reduce");
    case NdsForm::avg_pool:
        return g.avg_pool(from, square(kernel, stride, kernel / 2), false, false, "pool");
    case NdsForm::max_pool:
        return g.max_pool(from, square(kernel, stride, kernel / 2), false, "pool");
    case NdsForm::conv:
        return relu_conv_bn(g, from, g.shape(from).channels, square(kernel, stride, kernel / 2),
                            "conv");
    case NdsForm::split_conv:
        return split_conv(g, from, kernel, stride);
    case NdsForm::dil_conv:
        return separable(g, from, kernel, stride, dilation, "first");
    default:
        return separable(g, separable(g, from, kernel, stride, dilation, "first"), kernel, 1,
                         dilation, "second");
    }
}

}  // namespace

const NdsOperation& nds_operation(std::string_view name) {
    const auto* const found = std::ranges::find(nds_operations, name, &NdsOperation::name);
    if (found == nds_operations.end())
        throw ConfigError(message("operation of a cell '", excerpt(name), "' is not known"));
    return *found;
}

int factorised_reduction(GraphBuilder& g, int from, int channels, const std::string& part) {
    const Shape in = g.shape(from);
    const int x = g.activation(from, Activation::relu, part + ".relu");
    const Window shift{
        .kernel_h = in.height - 1, .kernel_w = in.width - 1, .pad_top = 1, .pad_left = 1};
    const int even = g.conv(x, channels / 2, square(1, 2, 0), false, part + ".even");
    const int shifted = g.crop(x, in.channels, shift, part + ".shift");
    const int odd = g.conv(shifted, channels - channels / 2, square(1, 2, 0), false, part + ".odd");
    const int halves[] = {even, odd};
    return g.batch_norm(g.concat(halves, part + ".concat"), nds_eps, part + ".bn");
}

int nds_cell(GraphBuilder& g, int before_last, int last, const NdsCell& cell) {
    g.place(cell.unit, NdsLayers::first_input);
    std::vector<int> state;
    state.push_back(cell.was_reduced ? factorised_reduction(g, before_last, cell.channels, "input")
                                     : relu_conv_bn(g, before_last, cell.channels, {}, "input"));
    g.place(cell.unit, NdsLayers::second_input);
    state.push_back(relu_conv_bn(g, last, cell.channels, {}, "input"));
    for (std::size_t k = 0; k < cell.edges.size(); k += 2) {
        std::vector<int> terms;
        for (std::size_t e = k; e < k + 2; ++e) {
            const NdsEdge& one = cell.edges[e];
            g.place(cell.unit, NdsLayers::edge(static_cast<int>(e)));
            const int stride = cell.reduction && one.input < 2 ? 2 : 1;
            const int value = edge(g, state[as_index(one.input)], *one.operation, stride);
            if (value >= 0)
                terms.push_back(value);
        }
        g.place(cell.unit, NdsLayers::sum(static_cast<int>(k) / 2));
        if (terms.empty())
            state.push_back(g.zero(state[1], cell.channels, cell.reduction ? 2 : 1, "sum"));
        else
            state.push_back(terms.size() == 1 ? terms.front() : g.add(terms, "sum"));
    }
    g.place(cell.unit, NdsLayers::concat(static_cast<int>(cell.edges.size()) / 2));
    std::vector<int> joined;
    for (const int node : cell.joined)
        joined.push_back(state[as_index(node)]);
    return g.concat(joined, "concat");
}

}  // namespace latpred

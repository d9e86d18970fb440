#include "kernels/fused_kernel.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "graphs/tensor_reads.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, fused_kernel_kinds> kernel_kind_names{
    "conv",    "conv_1x1",  "depthwise",  "grouped_conv", "conv_transpose", "linear",
    "matmul",  "attention", "layer_norm", "group_norm",   "pool",           "global_pool",
    "softmax", "pointwise", "movement",   "transpose",    "slice",          "resize",
    "lookup",  "reduction", "sort",       "other"};

constexpr std::array<std::string_view, pointwise_sorts> sort_names{
    "clip", "activation", "arithmetic", "multiply", "batch_norm", "cast"};

/// Parts of the names of activations that only compare and scale.
constexpr std::array<std::string_view, 6> cheap_activations{"relu", "clip",      "clamp",
                                                            "hard", "threshold", "shrink"};

/// A cache of which no two runs of a network keep more.
constexpr double kept_bytes = 16.0 * 1024 * 1024;

PointwiseSort sort_of(const TensorOp& op) {
    switch (op.kind) {
    case TensorKind::arithmetic:
        return PointwiseSort::arithmetic;
    case TensorKind::multiply:
        return PointwiseSort::multiply;
    case TensorKind::batch_norm:
        return PointwiseSort::batch_norm;
    case TensorKind::cast:
        return PointwiseSort::cast;
    default:
        break;
    }
    std::string type = op.type;
    std::ranges::transform(type, type.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool cheap = std::ranges::any_of(
        cheap_activations, [&](auto part) { return type.find(part) != std::string::npos; });
    return cheap ? PointwiseSort::clip : PointwiseSort::activation;
}

double written_by(const TensorGraph& graph, const TensorOp& op) {
    double bytes = 0;
    for (const int number : op.outputs)
        bytes += static_cast<double>(graph.tensor(number).bytes());
    return bytes;
}

/// Whether a transpose or a slice changes the order of values in memory, or leaves some out. One
/// that only moves axes of size 1 does not; between equal sizes nobody can tell, and it counts.
bool moves_values(const TensorGraph& graph, const TensorOp& op) {
    const Tensor& from = graph.tensor(op.inputs.front());
    if (op.kind == TensorKind::slice)
        return op.outputs.size() > 1 ||
               graph.tensor(op.outputs.front()).elements() != from.elements();
    std::vector<std::int64_t> before = from.sizes;
    std::vector<std::int64_t> after = graph.tensor(op.outputs.front()).sizes;
    std::erase(before, 1);
    std::erase(after, 1);
    const std::set<std::int64_t> distinct(before.begin(), before.end());
    return before != after || distinct.size() < before.size();
}

class KernelReader {
  public:
    explicit KernelReader(const TensorGraph& graph)
        : graph_(graph), places_(static_cast<std::size_t>(graph.kernels()), -1) {}

    std::vector<FusedKernel> kernels() {
        const std::span<const TensorOp> ops = graph_.ops();
        for (std::size_t number = 0; number < ops.size(); ++number)
            read(ops[number], static_cast<int>(number));
        traffic();
        for (FusedKernel& kernel : found_)
            name_attention(kernel);
        return std::move(found_);
    }

  private:
    void read(const TensorOp& op, int number);
    void begin(const TensorOp& op, int number);
    void fuse(const TensorOp& op, int number, FusedKernel& into);
    void copy(const TensorOp& op, int number);
    void traffic();
    void name_attention(FusedKernel& kernel) const;

    FusedKernel& at(int kernel) {
        return found_[static_cast<std::size_t>(places_[static_cast<std::size_t>(kernel)])];
    }

    const TensorGraph& graph_;
    std::vector<int> places_;  ///< of the graph's kernels among those found
    std::vector<FusedKernel> found_;
};

void KernelReader::read(const TensorOp& op, int number) {
    if (op.kernel >= 0) {
        if (places_[static_cast<std::size_t>(op.kernel)] < 0)
            begin(op, number);
        else
            fuse(op, number, at(op.kernel));
        return;
    }
    const bool copies = op.kind == TensorKind::transpose || op.kind == TensorKind::slice;
    if (copies && moves_values(graph_, op)) {
        copy(op, number);
        return;
    }
    const int source = graph_.kernel_of(op.outputs.front());
    if (source < 0)
        return;
    if (work_of(op.kind) == TensorWork::pointwise)
        fuse(op, number, at(source));
    else
        at(source).views += 1;
}

void KernelReader::begin(const TensorOp& op, int number) {
    places_[static_cast<std::size_t>(op.kernel)] = static_cast<int>(found_.size());
    FusedKernel kernel;
    kernel.kind = kernel_kind(graph_, op);
    kernel.ops = {number};
    kernel.macs = static_cast<double>(op.macs);
    kernel.shape = kernel_shape(graph_, op, kernel.kind);
    if (kernel.kind == KernelKind::pointwise)
        kernel.fused[static_cast<std::size_t>(sort_of(op))] = written_by(graph_, op);
    found_.push_back(std::move(kernel));
}

void KernelReader::fuse(const TensorOp& op, int number, FusedKernel& into) {
    into.ops.push_back(number);
    into.macs += static_cast<double>(op.macs);
    if (work_of(op.kind) != TensorWork::pointwise)
        return;
    into.extra_ops += 1;
    into.fused[static_cast<std::size_t>(sort_of(op))] += written_by(graph_, op);
}

void KernelReader::copy(const TensorOp& op, int number) {
    FusedKernel kernel;
    kernel.kind = kernel_kind(graph_, op);
    kernel.ops = {number};
    kernel.written_bytes = written_by(graph_, op);
    kernel.read_bytes = kernel.written_bytes;
    kernel.shape = kernel_shape(graph_, op, kernel.kind);
    found_.push_back(std::move(kernel));
}

void KernelReader::traffic() {
    std::set<int> wanted;
    for (const auto& [name, number] : graph_.outputs())
        wanted.insert(graph_.tensor(number).base);
    double all_weights = 0;
    for (const TensorRead& one : reads_of(graph_)) {
        const auto bytes = static_cast<double>(one.bytes);
        const bool fixed = graph_.tensor(one.base).fixed();
        (fixed ? at(one.kernel).weight_bytes : at(one.kernel).read_bytes) += bytes;
        all_weights += fixed ? bytes : 0;
        wanted.insert(one.base);
    }
    for (const int base : wanted) {
        const int kernel = graph_.kernel_of(base);
        if (kernel >= 0)
            at(kernel).written_bytes += static_cast<double>(graph_.tensor(base).bytes());
    }
    const double cold = std::max(0.0, 1 - kept_bytes / std::max(all_weights, 1.0));
    for (FusedKernel& kernel : found_)
        kernel.cold_bytes = cold * kernel.weight_bytes;
}

/// Two products around a softmax are attention, and have the shape of attention in one operator.
void KernelReader::name_attention(FusedKernel& kernel) const {
    const auto softmax = [&](int number) {
        return graph_.ops()[static_cast<std::size_t>(number)].kind == TensorKind::softmax;
    };
    if (kernel.kind != KernelKind::matmul || std::ranges::none_of(kernel.ops, softmax))
        return;
    kernel.kind = KernelKind::attention;
    const auto put = [&](KernelShape to, KernelShape from) {
        kernel.shape[static_cast<std::size_t>(to)] = kernel.shape[static_cast<std::size_t>(from)];
    };
    put(KernelShape::columns, KernelShape::outputs);
    put(KernelShape::outputs, KernelShape::inputs);
    put(KernelShape::output_waste_8, KernelShape::input_waste_8);
    put(KernelShape::output_waste_16, KernelShape::input_waste_16);
}

}  // namespace

std::string_view to_string(KernelKind kind) {
    return kernel_kind_names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(PointwiseSort sort) {
    return sort_names.at(static_cast<std::size_t>(sort));
}

std::vector<FusedKernel> fused_kernels(const TensorGraph& graph) {
    return KernelReader(graph).kernels();
}

}  // namespace latpred

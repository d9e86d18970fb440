#include "graphs/tensor_graph.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "graphs/checked.hpp"

namespace latpred {
namespace {

struct KindTraits {
    std::string_view name;
    TensorWork work;
};

constexpr std::array kind_traits{
    KindTraits{"shape", TensorWork::folded},
    KindTraits{"view", TensorWork::view},
    KindTraits{"transpose", TensorWork::view},
    KindTraits{"slice", TensorWork::view},
    KindTraits{"activation", TensorWork::pointwise},
    KindTraits{"arithmetic", TensorWork::pointwise},
    KindTraits{"multiply", TensorWork::pointwise},
    KindTraits{"batch_norm", TensorWork::pointwise},
    KindTraits{"cast", TensorWork::pointwise},
    KindTraits{"conv", TensorWork::kernel},
    KindTraits{"conv_transpose", TensorWork::kernel},
    KindTraits{"matmul", TensorWork::kernel},
    KindTraits{"einsum", TensorWork::kernel},
    KindTraits{"attention", TensorWork::kernel},
    KindTraits{"layer_norm", TensorWork::kernel},
    KindTraits{"group_norm", TensorWork::kernel},
    KindTraits{"instance_norm", TensorWork::kernel},
    KindTraits{"rms_norm", TensorWork::kernel},
    KindTraits{"local_norm", TensorWork::kernel},
    KindTraits{"max_pool", TensorWork::kernel},
    KindTraits{"avg_pool", TensorWork::kernel},
    KindTraits{"global_pool", TensorWork::kernel},
    KindTraits{"softmax", TensorWork::kernel},
    KindTraits{"reduction", TensorWork::kernel},
    KindTraits{"cumulative", TensorWork::kernel},
    KindTraits{"resize", TensorWork::kernel},
    KindTraits{"pad", TensorWork::kernel},
    KindTraits{"concat", TensorWork::kernel},
    KindTraits{"tile", TensorWork::kernel},
    KindTraits{"fill", TensorWork::kernel},
    KindTraits{"embedding", TensorWork::kernel},
    KindTraits{"gather", TensorWork::kernel},
    KindTraits{"scatter", TensorWork::kernel},
    KindTraits{"sort", TensorWork::kernel},
    KindTraits{"recurrent", TensorWork::kernel},
    KindTraits{"grid_sample", TensorWork::kernel},
};
static_assert(kind_traits.size() == static_cast<std::size_t>(TensorKind::grid_sample) + 1);

/// Convolutions and products: they are counted even where all of their inputs are known, as of a
/// recurrent network that begins with zeros.
bool multiplies(TensorKind kind) {
    return kind == TensorKind::conv || kind == TensorKind::conv_transpose ||
           kind == TensorKind::matmul || kind == TensorKind::einsum ||
           kind == TensorKind::attention || kind == TensorKind::recurrent;
}

constexpr int most_bits = 128;  // of a value: complex numbers of 64 bits

}  // namespace

TensorWork work_of(TensorKind kind) {
    return kind_traits.at(static_cast<std::size_t>(kind)).work;
}

std::string_view to_string(TensorKind kind) {
    return kind_traits.at(static_cast<std::size_t>(kind)).name;
}

TensorKind tensor_kind(std::string_view name) {
    const auto found = std::ranges::find(kind_traits, name, &KindTraits::name);
    if (found == kind_traits.end()) {
        const auto names = kind_traits | std::views::transform(&KindTraits::name);
        throw ConfigError(message("kind of operator '", excerpt(name), "', one of ", join(names),
                                  " expected", did_you_mean(name, names)));
    }
    return static_cast<TensorKind>(found - kind_traits.begin());
}

std::int64_t Tensor::elements() const {
    std::int64_t product = 1;
    for (const std::int64_t size : sizes)
        product = times(product, size);
    return product;
}

std::int64_t Tensor::bytes() const {
    return plus(times(elements(), bits), 7) / 8;
}

const Tensor& TensorGraph::tensor(int number) const {
    if (number < 0 || static_cast<std::size_t>(number) >= tensors_.size()) {
        throw ConfigError(message("tensor ", number, ", one of the ", tensors_.size(),
                                  " that are there expected"));
    }
    return tensors_[static_cast<std::size_t>(number)];
}

int TensorGraph::append(TensorShape shape, TensorRole role) {
    const bool sizes_fit = std::ranges::all_of(shape.sizes, [](auto size) { return size >= 0; });
    if (!sizes_fit || shape.bits < 1 || shape.bits > most_bits) {
        throw ConfigError(message(
            "tensor '", excerpt(shape.name), "': sizes ", join_few(shape.sizes), " of ", shape.bits,
            " bits a value, sizes of at least 0 and 1 to ", most_bits, " bits expected"));
    }
    const int number = static_cast<int>(tensors_.size());
    Tensor made{
        std::move(shape.name), std::move(shape.sizes), shape.bits, role, -1, number, {}, false};
    static_cast<void>(made.bytes());  // they can be counted
    tensors_.push_back(std::move(made));
    return number;
}

int TensorGraph::input(TensorShape shape) {
    inputs_.push_back(append(std::move(shape), TensorRole::input));
    return inputs_.back();
}

int TensorGraph::weight(TensorShape shape) {
    return append(std::move(shape), TensorRole::weight);
}

int TensorGraph::constant(TensorShape shape) {
    return append(std::move(shape), TensorRole::constant);
}

void TensorGraph::output(std::string name, int number) {
    static_cast<void>(tensor(number));
    outputs_.emplace_back(std::move(name), number);
}

/// The input whose memory the operator only names anew, or -1. Whoever reads a value multiplied by
/// a number multiplies as it reads.
int TensorGraph::named_again(const TensorOp& op) const {
    if (work_of(op.kind) == TensorWork::view)
        return op.inputs.front();
    if (op.kind != TensorKind::multiply)
        return -1;
    const auto number = [&](int input) {
        return tensor(input).fixed() && tensor(input).elements() == 1;
    };
    const auto left = std::ranges::find_if_not(op.inputs, number);
    const bool alone = std::ranges::count_if(op.inputs, number) + 1 ==
                       static_cast<std::ptrdiff_t>(op.inputs.size());
    return alone ? *left : -1;
}

void TensorGraph::write(TensorOp& op, std::vector<TensorShape> outputs, TensorRole role) {
    for (TensorShape& shape : outputs) {
        const int number = append(std::move(shape), role);
        op.outputs.push_back(number);
        Tensor& made = tensors_[static_cast<std::size_t>(number)];
        if (role == TensorRole::computed)
            made.producer = static_cast<int>(ops_.size());
        else if (op.kind != TensorKind::shape)
            made.made_of = op.inputs;
        const int named = named_again(op);
        if (role == TensorRole::computed && named >= 0)
            made.base = tensor(named).base;
    }
}

/// Learnt numbers behind a tensor that nothing has counted yet.
std::int64_t TensorGraph::claimed(int number) {
    std::int64_t params = 0;
    std::vector<int> open{number};
    while (!open.empty()) {
        Tensor& one = tensors_[static_cast<std::size_t>(open.back())];
        open.pop_back();
        if (std::exchange(one.claimed, true))
            continue;
        if (one.role == TensorRole::weight)
            params = plus(params, one.elements());
        open.insert(open.end(), one.made_of.begin(), one.made_of.end());
    }
    return params;
}

int TensorGraph::kernel_of(int number) const {
    const Tensor& base = tensor(tensor(number).base);
    return base.producer < 0 ? -1 : ops_[static_cast<std::size_t>(base.producer)].kernel;
}

int TensorGraph::latest(const TensorOp& op) const {
    int kernel = -1;
    for (const int number : op.inputs)
        kernel = std::max(kernel, kernel_of(number));
    return kernel;
}

/// Whether an input out of that kernel has as many values as the operator writes.
bool TensorGraph::keeps_size(const TensorOp& op, int kernel) const {
    return std::ranges::any_of(op.inputs, [&](int number) {
        return kernel_of(number) == kernel &&
               tensor(number).elements() == tensor(op.outputs.front()).elements();
    });
}

/// An operator joins the kernel of its latest input or begins a new one, so that kernels run in the
/// order of their numbers.
int TensorGraph::kernel_for(const TensorOp& op) {
    if (named_again(op) >= 0)
        return -1;
    const TensorWork work = work_of(op.kind);
    const int before = latest(op);
    const Stage stage = before < 0 ? Stage::other : stages_[static_cast<std::size_t>(before)];
    const auto moved = [&](int number) { return !tensor(number).fixed(); };
    const bool product = (op.kind == TensorKind::matmul || op.kind == TensorKind::einsum) &&
                         op.inputs.size() >= 2 && moved(op.inputs[0]) && moved(op.inputs[1]);
    const bool fused = product && stage == Stage::weighted && kernel_of(op.inputs[0]) == before;
    const bool softmax = op.kind == TensorKind::softmax && stage == Stage::scores;
    const bool pointwise = work == TensorWork::pointwise && before >= 0 && keeps_size(op, before);
    if (fused || softmax || pointwise) {
        if (fused || softmax)
            stages_[static_cast<std::size_t>(before)] = fused ? Stage::other : Stage::weighted;
        return before;
    }
    stages_.push_back(product ? Stage::scores : Stage::other);
    return kernels() - 1;
}

std::vector<int> TensorGraph::add(TensorKind kind, std::string name, std::string type,
                                  std::vector<int> inputs, std::vector<TensorShape> outputs,
                                  TensorAttributes attributes) {
    TensorOp op{
        kind, std::move(name), std::move(type), std::move(inputs), {}, std::move(attributes), 0, 0,
        -1};
    const bool empty = outputs.empty() || (op.inputs.empty() && work_of(kind) == TensorWork::view);
    if (empty) {
        throw ConfigError(message("operator '", excerpt(op.name), "' of kind ", to_string(kind),
                                  " without ", outputs.empty() ? "outputs" : "inputs"));
    }
    const bool folded = work_of(kind) == TensorWork::folded ||
                        (!multiplies(kind) && std::ranges::all_of(op.inputs, [&](int number) {
                            return tensor(number).fixed();
                        }));
    write(op, std::move(outputs), folded ? TensorRole::constant : TensorRole::computed);
    if (folded)
        return op.outputs;
    op.macs = macs_of(*this, op);
    for (const int number : op.inputs)
        op.params = plus(op.params, claimed(number));
    op.kernel = kernel_for(op);
    ops_.push_back(op);
    return op.outputs;
}

}  // namespace latpred

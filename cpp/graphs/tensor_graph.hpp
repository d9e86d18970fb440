// Networks as other tools write them: operators on tensors of any rank, several inputs and outputs.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graphs/costs.hpp"

namespace latpred {

/// What an operator on tensors does, as far as its costs go. The order is that of `kind_traits`.
enum class TensorKind : std::uint8_t {
    shape,
    view,
    transpose,
    slice,
    activation,
    arithmetic,
    multiply,
    batch_norm,
    cast,
    conv,
    conv_transpose,
    matmul,
    einsum,
    attention,
    layer_norm,
    group_norm,
    instance_norm,
    rms_norm,
    local_norm,
    max_pool,
    avg_pool,
    global_pool,
    softmax,
    reduction,
    cumulative,
    resize,
    pad,
    concat,
    tile,
    fill,
    embedding,
    gather,
    scatter,
    sort,
    recurrent,
    grid_sample,
};

/// How a kind runs: not at all (its result follows from sizes alone), as another name of its input,
/// value by value within the kernel of its input, or as a kernel of its own. A transpose and a
/// slice are names at best: some runtimes copy.
enum class TensorWork : std::uint8_t { folded, view, pointwise, kernel };

TensorWork work_of(TensorKind kind);
std::string_view to_string(TensorKind kind);
/// The one of that name. ConfigError, which lists the names, where there is none.
TensorKind tensor_kind(std::string_view name);

/// weight: learnt; constant: known before the network runs, and not learnt.
enum class TensorRole : std::uint8_t { input, weight, constant, computed };

struct Tensor {
    std::string name;
    std::vector<std::int64_t> sizes;
    int bits = 32;  ///< of a value
    TensorRole role = TensorRole::computed;
    int producer = -1;         ///< operator that computes it
    int base = -1;             ///< tensor whose memory it names; itself but for views
    std::vector<int> made_of;  ///< of constants that were folded: what from
    bool claimed = false;      ///< whether its parameters are counted

    [[nodiscard]] std::int64_t elements() const;
    [[nodiscard]] std::int64_t bytes() const;
    [[nodiscard]] bool fixed() const {
        return role == TensorRole::weight || role == TensorRole::constant;
    }
};

/// Sizes and bits of a value of an operator that is told about.
struct TensorShape {
    std::string name;
    std::vector<std::int64_t> sizes;
    int bits = 32;
};

/// Attributes on which costs depend.
struct TensorAttributes {
    int groups = 1;             ///< of convolutions
    bool transpose_a = false;   ///< of matmul: the last two axes of its first input
    bool transpose_b = false;   ///< of matmul: those of its second
    std::string equation = {};  ///< of einsum
    int matrices = 0;           ///< of recurrent: inputs after the first that multiply each step
};

struct TensorOp {
    TensorKind kind = TensorKind::view;
    std::string name;
    std::string type;  ///< as the tool calls the operator
    std::vector<int> inputs;
    std::vector<int> outputs;
    TensorAttributes attributes;
    std::int64_t macs = 0;
    std::int64_t params = 0;  ///< those that no operator before it reads
    int kernel = -1;          ///< operators of one kernel are fused; -1: it needs none
};

/// Operators in execution order. Costs count what one run does, with the sizes of its inputs.
class TensorGraph {
  public:
    /// Each returns the number of the tensor. ConfigError for sizes that no tensor has.
    int input(TensorShape shape);
    int weight(TensorShape shape);
    int constant(TensorShape shape);

    /// Appends an operator that reads earlier tensors, and returns the numbers of those it writes.
    /// One whose inputs are all known beforehand is computed beforehand and costs nothing, unless
    /// it is a convolution or a product. ConfigError, which names it, for inputs that do not fit
    /// its kind.
    std::vector<int> add(TensorKind kind, std::string name, std::string type,
                         std::vector<int> inputs, std::vector<TensorShape> outputs,
                         TensorAttributes attributes);

    /// A tensor that the network gives back.
    void output(std::string name, int number);

    [[nodiscard]] std::span<const TensorOp> ops() const { return ops_; }
    [[nodiscard]] std::span<const int> inputs() const { return inputs_; }
    [[nodiscard]] std::span<const std::pair<std::string, int>> outputs() const { return outputs_; }
    [[nodiscard]] std::span<const Tensor> tensors() const { return tensors_; }
    [[nodiscard]] const Tensor& tensor(int number) const;
    [[nodiscard]] int kernels() const { return static_cast<int>(stages_.size()); }
    /// Kernel that writes a tensor's memory; -1: an input, or none.
    [[nodiscard]] int kernel_of(int number) const;

  private:
    /// How far a kernel has come with attention as it is written: two products around a softmax.
    enum class Stage : std::uint8_t { other, scores, weighted };

    int append(TensorShape shape, TensorRole role);
    void write(TensorOp& op, std::vector<TensorShape> outputs, TensorRole role);
    [[nodiscard]] int named_again(const TensorOp& op) const;
    std::int64_t claimed(int number);
    int kernel_for(const TensorOp& op);
    [[nodiscard]] int latest(const TensorOp& op) const;
    [[nodiscard]] bool keeps_size(const TensorOp& op, int kernel) const;

    std::vector<Tensor> tensors_;
    std::vector<TensorOp> ops_;
    std::vector<int> inputs_;
    std::vector<std::pair<std::string, int>> outputs_;
    std::vector<Stage> stages_;  ///< of each kernel
};

/// Multiply-accumulates of an operator whose tensors are in place. ConfigError, which names it,
/// where its inputs do not fit.
std::int64_t macs_of(const TensorGraph& graph, const TensorOp& op);

/// macs, params and kernels; bytes: what each kernel reads of others and of weights, and what of it
/// others read; peak_bytes: largest sum of living values between kernels.
Costs costs_of(const TensorGraph& graph);

}  // namespace latpred

// The parameters that an op graph needs, and where their values come from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

enum class ParameterRole : std::uint8_t { weight, bias, scale, shift, running_mean, running_var };

/// One parameter: "<operator>.weight", ".bias", ".running_mean" or ".running_var", as in PyTorch.
struct ParameterSpec {
    std::string name;
    std::vector<std::int64_t> shape;  ///< as PyTorch's modules of that kind have it
    ParameterRole role = ParameterRole::weight;
    std::int64_t fan_in = 1;  ///< inputs of one output; of weights and biases
    int op = -1;              ///< number of the operator in the graph
    bool of_sum = false;      ///< of weights: whether their input is a sum of two operators

    [[nodiscard]] std::int64_t elements() const;
};

/// Parameters in execution order. ConfigError where two operators have the same name.
std::vector<ParameterSpec> parameters_of(const OpGraph& graph);

/// Where values come from: random, a state dict, later slices of a supernet.
class ParameterSource {
  public:
    ParameterSource() = default;
    ParameterSource(const ParameterSource&) = delete;
    ParameterSource& operator=(const ParameterSource&) = delete;
    virtual ~ParameterSource() = default;

    /// Writes all values of `spec` in row-major order. Called from several threads at once.
    virtual void fill(const ParameterSpec& spec, std::span<float> values) const = 0;

    /// Throws where the source cannot serve these parameters; called once before `fill`.
    virtual void check(const std::vector<ParameterSpec>& /*specs*/) const {}
};

/// Values that depend on (seed, name) only, so a block has the same weights in every network.
///
/// Weights are uniform with He's variance 2 / fan_in, behind a sum 1 / fan_in: a block would double
/// what its shortcut brings, and 40 of them amplify rounding until float32 has no digit left. Batch
/// norms have means, variances, scales and shifts away from 0 and 1, so that folding them is no
/// formality.
class RandomParameters final : public ParameterSource {
  public:
    explicit RandomParameters(std::uint64_t seed) : seed_(seed) {}
    void fill(const ParameterSpec& spec, std::span<float> values) const override;

  private:
    std::uint64_t seed_;
};

}  // namespace latpred

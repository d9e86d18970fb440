// Gradients of a network, and products of a direction with its second derivatives.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/monitor.hpp"
#include "graphs/op_graph.hpp"
#include "networks/network.hpp"
#include "networks/output_loss.hpp"
#include "networks/state_dict.hpp"

namespace latpred {

/// What to differentiate by, and how often.
struct GradientQuery {
    /// Everything that training changes (running statistics are not), the images, or outputs of
    /// operators.
    enum class Of : std::uint8_t { weights, inputs, values };
    Of of = Of::weights;
    std::vector<int> values;  ///< operators, of `Of::values`
    int order = 1;            ///< 2: the product of second derivatives and `direction`
    /// Arrays by the names that the gradients have; entries left out are 0. None at all: the
    /// gradient itself is the direction.
    const StateDict* direction = nullptr;
};

/// An op graph compiled operator by operator, with parameters that LibTorch differentiates by.
class Differentiable {
  public:
    /// `options`: device and threads; what the source raises for parameters that do not fit.
    Differentiable(const OpGraph& graph, const ParameterSource& source,
                   const ExecutionOptions& options, bool batch_statistics,
                   Monitor& monitor = Monitor::current());
    ~Differentiable();
    Differentiable(const Differentiable&) = delete;
    Differentiable& operator=(const Differentiable&) = delete;

    /// ∂L/∂θ of a batch, or (∂²L/∂θ²)·direction, by name: parameters have their own, the images
    /// "input", values those of their operators. What the loss does not depend on has the gradient
    /// 0. ConfigError for another size of input, operators that cannot be differentiated by, a
    /// batch without statistics; SchemaError for a direction of unknown names or other shapes;
    /// what the loss throws. The monitor is polled between operators, forward and backward.
    [[nodiscard]] StateDict gradients(std::span<const float> in, std::int64_t batch,
                                      const OutputLoss& loss, const GradientQuery& query,
                                      Monitor& monitor = Monitor::current()) const;

  private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace latpred

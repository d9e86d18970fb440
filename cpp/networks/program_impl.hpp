// A graph compiled into steps. Modes that are still to come (training statistics, gradients, taps
// at named operators) are further ways to compile; a tap that keeps a value keeps it from being
// overwritten, see `ours`.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "networks/kernels_impl.hpp"
#include "networks/network.hpp"
#include "networks/parameters.hpp"

namespace latpred {

struct Step {
    std::string name;         ///< of the operator, for messages
    std::vector<int> inputs;  ///< values read
    std::vector<bool> last;   ///< whether this reading is the last one of that value
    int output = 0;           ///< value written
    Kernel kernel;
};

class Program {
  public:
    /// Parameters come to lie on `device`.
    Program(const OpGraph& graph, const ParameterSource& source, const ExecutionOptions& options,
            const c10::Device& device, Monitor& monitor);

    /// The layout that steps work in.
    [[nodiscard]] at::MemoryFormat layout() const { return layout_; }

    /// Takes N x C x H x W in any layout and returns the output, N x C x H x W.
    [[nodiscard]] at::Tensor run(const at::Tensor& input, Monitor& monitor) const;

    [[nodiscard]] std::size_t size() const { return steps_.size(); }

  private:
    void plan_lifetimes(std::size_t value_count);

    std::vector<Step> steps_;
    at::MemoryFormat layout_;
    std::size_t value_count_;
};

}  // namespace latpred

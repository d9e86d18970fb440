// A graph compiled into steps: for inference, with the statistics of the batch as in training, with
// values that can be looked at; and, where gradients are enabled while it is compiled and run, as
// something that LibTorch differentiates.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "networks/kernels_impl.hpp"
#include "networks/network.hpp"

namespace latpred {

struct Step {
    std::string name;         ///< of the operator, for messages
    std::vector<int> inputs;  ///< values read
    std::vector<bool> last;   ///< whether this reading is the last one of that value
    int output = 0;           ///< value written
    Kernel kernel;
};

/// What a program is compiled for.
struct ProgramForm {
    ExecutionMode mode = ExecutionMode::plain;
    std::int64_t batch_size = 1;    ///< to pack weights for
    bool batch_statistics = false;  ///< of the batch norms, which are then not folded: mode plain
    std::vector<int> kept;          ///< values shown to the visitor of a pass
    /// Of the batch's statistics in the running ones, which each pass changes; 0: they stay.
    double momentum = 0;
    bool channels_last = false;  ///< values lie N x H x W x C, also in mode plain
};

class Program {
  public:
    /// Shown each kept value as soon as it is there; what it holds is not overwritten.
    using Visit = std::function<void(int value, const at::Tensor& tensor)>;

    /// `tensors` by operator; they come to lie on `device`.
    Program(const OpGraph& graph, std::vector<OpTensors> tensors, const ProgramForm& form,
            const c10::Device& device, Monitor& monitor);

    /// The layout that steps work in.
    [[nodiscard]] at::MemoryFormat layout() const { return layout_; }

    /// Takes N x C x H x W in any layout and returns the output, N x C x H x W. Where gradients are
    /// enabled, the monitor is polled on the way back, too, and must live until then.
    [[nodiscard]] at::Tensor run(const at::Tensor& input, Monitor& monitor,
                                 const Visit& visit = {}) const;

    [[nodiscard]] std::size_t size() const { return steps_.size(); }

  private:
    void plan_lifetimes(std::size_t value_count);

    std::vector<Step> steps_;
    std::vector<bool> kept_;  ///< by value
    at::MemoryFormat layout_;
};

}  // namespace latpred

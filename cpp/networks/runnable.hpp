// A network as something that the meter can time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "measurement/runnable.hpp"
#include "networks/network.hpp"

namespace latpred {

/// Forward passes of `options.batch_size` images of uniform noise in [-1, 1) from stream "image".
///
/// Parameters are made and packed in `prepare`, so that a waiting runnable costs no memory. A run
/// takes the batch from memory in N x C x H x W and leaves the output there, as a caller sees it;
/// on an accelerator, and where `staged`, the batch lies ready in the layout of the first step, the
/// output stays where it is, and the run ends when the device has done its work.
class NetworkRunnable final : public Runnable {
  public:
    /// ConfigError for a device that is not there, before anything is measured. The monitor of the
    /// call that prepares or runs it is polled between operators.
    NetworkRunnable(std::string name, OpGraph graph,
                    std::shared_ptr<const ParameterSource> parameters,
                    const ExecutionOptions& options, bool staged = false);

    void prepare() override;
    /// Error before `prepare`.
    void run() override;
    [[nodiscard]] std::string name() const override { return name_; }

    /// Outputs of the last run, batch x elements, row-major.
    [[nodiscard]] std::span<const float> output() const;

  private:
    std::string name_;
    OpGraph graph_;
    std::shared_ptr<const ParameterSource> parameters_;
    ExecutionOptions options_;
    bool staged_;
    std::unique_ptr<Network> network_;
    std::vector<float> input_;
    mutable std::vector<float> output_;
};

}  // namespace latpred

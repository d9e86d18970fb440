// Runs op graphs with LibTorch. No torch header here: see program_impl.hpp for the inside.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/monitor.hpp"
#include "graphs/op_graph.hpp"
#include "networks/parameters.hpp"

namespace latpred {

/// How a network is executed; all modes agree up to rounding.
enum class ExecutionMode : std::uint8_t {
    plain,          ///< operator by operator, as written
    folded,         ///< batch norms folded into convolutions
    channels_last,  ///< folded, activations stored N x H x W x C
    prepacked,      ///< channels last, weights in oneDNN's layout, additions and activations fused
    fastest,        ///< prepacked where this build has oneDNN, else channels_last; folded elsewhere
                    ///< than on the processor
};

std::string_view to_string(ExecutionMode mode);

/// ConfigError for an unknown name.
ExecutionMode execution_mode(std::string_view name);

struct ExecutionOptions {
    ExecutionMode mode = ExecutionMode::fastest;
    int threads = 0;     ///< of LibTorch while running, then restored; 0: as they are
    int batch_size = 1;  ///< images a call that weights are packed for; others run too, slower
    std::string device = "cpu";  ///< of torch's, e.g. "cuda:0"; parameters lie and steps run there
};

/// ConfigError, which says why, where torch has no such device or none of the kind is here.
void check_device(const std::string& name);

/// A network ready for inference; `forward` may be called from one thread at a time.
class Network {
  public:
    /// ConfigError for a graph that cannot run or a mode that this build lacks; what the source
    /// raises for parameters that do not fit.
    Network(OpGraph graph, std::shared_ptr<const ParameterSource> parameters,
            const ExecutionOptions& options = {}, Monitor& monitor = Monitor::current());
    ~Network();
    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;

    /// `in` is batch x C x H x W, `out` batch x elements of the graph's output, both row-major.
    /// ConfigError where the sizes differ. The monitor is polled between operators.
    void forward(std::span<const float> in, std::int64_t batch, std::span<float> out,
                 Monitor& monitor = Monitor::current()) const;

    /// Puts a batch where and as the first step wants it. ConfigError where the size differs.
    void stage(std::span<const float> in, std::int64_t batch) const;
    /// One pass over the staged batch, done when this returns: accelerators are waited for.
    /// ConfigError before `stage`.
    void run_staged(Monitor& monitor = Monitor::current()) const;
    /// The output of the last staged pass. ConfigError where the size differs, or without a pass.
    void read(std::span<float> out) const;

    [[nodiscard]] const OpGraph& graph() const;
    /// `mode` is never `fastest` here but what that stood for.
    [[nodiscard]] const ExecutionOptions& options() const;
    [[nodiscard]] const ParameterSource& parameters() const;
    /// Steps of one forward pass: fewer than operators where some were fused.
    [[nodiscard]] std::size_t steps() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace latpred

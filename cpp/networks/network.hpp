// Runs op graphs with LibTorch. No torch header here: see program_impl.hpp for the inside.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/monitor.hpp"
#include "graphs/op_graph.hpp"
#include "networks/parameters.hpp"
#include "networks/state_dict.hpp"

namespace latpred {

class Differentiable;

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

/// What a pass does beside plain inference.
struct PassOptions {
    bool batch_statistics = false;  ///< batch norms normalise by the batch's own mean and variance
    std::vector<int> taps;          ///< operators whose outputs are wanted, too

    bool operator==(const PassOptions&) const = default;
};

/// ConfigError, which says why, where torch has no such device or none of the kind is here.
void check_device(const std::string& name);

/// Values of a batch of that shape; ConfigError where there are more than any machine holds.
std::size_t batch_elements(std::int64_t batch, const Shape& shape);

/// ConfigError where `got` values of `what` are no batch of that shape.
void check_batch(const char* what, std::size_t got, std::int64_t batch, const Shape& shape);

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

    /// A pass that also returns the outputs of the operators `taps`, in that order and in the form
    /// that PyTorch has them in (`flat_values`). With running statistics it runs in the network's
    /// mode, but operators are not fused beyond a tap; with those of the batch it runs operator by
    /// operator. The program is compiled at the first call and kept for the next one of the same
    /// options. Throws as `forward`; ConfigError for statistics of a single value.
    std::vector<NamedArray> run(std::span<const float> in, std::int64_t batch, std::span<float> out,
                                const PassOptions& pass,
                                Monitor& monitor = Monitor::current()) const;

    /// The same network as something to take gradients of; made at the first call and kept.
    const Differentiable& differentiable(bool batch_statistics,
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

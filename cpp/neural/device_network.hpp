// Networks of layers that read a network and a device, and learn from several devices at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "neural/device_input.hpp"
#include "neural/device_loss.hpp"
#include "neural/layer_stack.hpp"

namespace latpred {

/// One training: of all sources, or of a target's samples. AdamW, cosine to `least_rate`.
struct DeviceStage {
    std::size_t epochs = 150;
    std::size_t batch_size = 128;
    double learning_rate = 1e-3;
    double least_rate = 1e-6;
    double weight_decay = 1e-5;
    double clip_norm = 0;     ///< 0: none
    bool skip_single = true;  ///< a last minibatch of one row
};

/// What a model is, as data and two makers.
struct DeviceNetworkPlan {
    std::string kind;   ///< in files and messages: "nasflat"
    std::string input;  ///< a form of DeviceInput
    /// Networks' numbers beside their graphs, read as "features"; may be null.
    NetworkFeaturesPtr features;
    /// Description for LayerStack, whose inputs are those of `input`, and "device" (one id) where
    /// there is a table. `devices`: rows that the table must have.
    std::function<std::string(const DeviceInput& input, std::size_t devices)> layers;
    std::string device_table = "hardware.weight";  ///< tensor of a row a device; empty: no table
    DeviceLoss loss;
};

/// Networks measured on one device.
struct DeviceExamples {
    std::uint32_t device = 0;  ///< row of the table
    Architectures archs;
    std::vector<float> wanted;  ///< scaled latencies, e.g. by `scale_latencies`
};

/// Layers with their weights, and what they read. A copy has weights of its own.
class DeviceNetwork {
  public:
    /// First weights by the seed; the input learns its scales from `known`. ConfigError.
    DeviceNetwork(const DeviceNetworkPlan& plan, const Architectures& known, std::size_t devices,
                  std::uint64_t seed, int threads = 1);
    DeviceNetwork(DeviceNetworkPlan plan, DeviceInputPtr input, LayerStack stack);
    DeviceNetwork(const DeviceNetwork& other);
    DeviceNetwork(DeviceNetwork&&) noexcept = default;
    DeviceNetwork& operator=(DeviceNetwork&&) noexcept = default;
    DeviceNetwork& operator=(const DeviceNetwork&) = delete;
    ~DeviceNetwork() = default;

    [[nodiscard]] const DeviceNetworkPlan& plan() const { return plan_; }
    [[nodiscard]] const DeviceInputPtr& input() const { return input_; }
    [[nodiscard]] const LayerStack& stack() const { return stack_; }
    [[nodiscard]] LayerStack& stack() { return stack_; }
    /// Numbers that are learnt.
    [[nodiscard]] std::size_t parameter_count() const;

    /// Gives a device the row of another one; nothing without a table. ConfigError out of range.
    void copy_device(std::size_t from, std::size_t to);
    /// Draws the row anew, as at first.
    void redraw_device(std::size_t device, std::uint64_t seed);

    /// N scores; do not depend on which other networks there are, nor on threads. Polls the current
    /// monitor.
    [[nodiscard]] std::vector<float> score(const Architectures& archs, std::size_t device,
                                           int threads = 1) const;

  private:
    DeviceNetworkPlan plan_;
    DeviceInputPtr input_;
    LayerStack stack_;
};

/// N scores of layers for one device; see DeviceNetwork::score.
std::vector<float> score_networks(const LayerStack& stack, const DeviceInput& input,
                                  const Architectures& archs, std::size_t device, int threads);

/// Some epochs over examples; changes the weights of the network, which must live longer.
class DeviceTraining {
  public:
    /// ConfigError for settings out of range; DataError for no rows.
    DeviceTraining(DeviceNetwork& network, std::span<const DeviceExamples> examples,
                   const DeviceStage& stage, std::uint64_t seed, int threads = 1);
    ~DeviceTraining();
    DeviceTraining(const DeviceTraining&) = delete;
    DeviceTraining& operator=(const DeviceTraining&) = delete;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch, which this is, as for
    /// checkpoints.
    bool run_epoch(Monitor& monitor);
    [[nodiscard]] std::size_t epochs_done() const;
    [[nodiscard]] std::vector<double> losses() const;  ///< mean of each epoch
    [[nodiscard]] std::string checkpoint() const;
    void restore(const std::string& bytes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A whole training; `after_epoch` may score. Called again, it goes on with the weights that it
/// left.
void train_devices(DeviceNetwork& network, std::span<const DeviceExamples> examples,
                   const DeviceStage& stage, std::uint64_t seed, Monitor& monitor,
                   const std::function<void(std::size_t epochs_done)>& after_epoch = {});

}  // namespace latpred

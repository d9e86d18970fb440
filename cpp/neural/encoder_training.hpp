// What trainings of encoders share: networks without labels, epoch by epoch.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "neural/encoder_graphs.hpp"
#include "neural/network_features.hpp"
#include "training/loop.hpp"

namespace latpred {

/// Networks that an encoder learns from, and others that judge it.
struct EncoderNetworks {
    Architectures fitted, held_out;
};

/// Different networks in an order that is not the given one; the share held out is drawn by the
/// seed. DataError for fewer than 10 different networks, ConfigError for a share outside 0 to 0.9.
EncoderNetworks split_networks(const Architectures& archs, double held_out_share,
                               std::uint64_t seed);

class EncoderTraining {
  public:
    EncoderTraining() = default;
    EncoderTraining(const EncoderTraining&) = delete;
    EncoderTraining& operator=(const EncoderTraining&) = delete;
    virtual ~EncoderTraining() = default;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch.
    bool run_epoch(Monitor& monitor);
    [[nodiscard]] TrainingLoop& loop() { return *loop_; }
    [[nodiscard]] const TrainingLoop& loop() const { return *loop_; }

    [[nodiscard]] virtual const Parameters& parameters() const = 0;
    /// Of tensor i of the parameters.
    [[nodiscard]] virtual std::vector<std::int64_t> shape(std::size_t tensor) const = 0;
    /// The mean loss of these rows; writes the parameters' gradients.
    virtual double step(std::span<const std::uint32_t> rows) = 0;
    /// The encoder as it stands.
    [[nodiscard]] virtual NetworkFeaturesPtr model() const = 0;
    /// How well it does on networks held out, by name; nothing where none were.
    [[nodiscard]] virtual std::map<std::string, double> judge() const = 0;

  protected:
    /// `rows`: of an epoch. `context`: what checkpoints must agree on besides settings of the loop.
    void begin(const OptimizerSettings& optimizer, const ScheduleSettings& schedule,
               LoopSettings loop, std::size_t rows, const std::string& context);
    /// Which random numbers a step takes: of seed, epoch and rows.
    [[nodiscard]] std::uint64_t stream(std::span<const std::uint32_t> rows) const;

  private:
    std::unique_ptr<TrainingLoop> loop_;
    std::uint64_t seed_ = 0;
};

/// Portable hash of networks, for checkpoints.
std::uint64_t networks_fingerprint(const Architectures& archs);

}  // namespace latpred

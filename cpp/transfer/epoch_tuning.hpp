// What the published evaluation asks of methods that are fine-tuned by epochs, beside the honest
// interface of fitter.hpp.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

/// Least and greatest latency of a device over the whole table, in ms: the published evaluation
/// scales by them, networks that are judged later included.
struct TableRange {
    double least = 0, greatest = 1;
};

/// Weights that one target after the other goes on to tune.
class EpochTuning {
  public:
    EpochTuning() = default;
    EpochTuning(const EpochTuning&) = delete;
    EpochTuning& operator=(const EpochTuning&) = delete;
    virtual ~EpochTuning() = default;

    /// Fine-tunes on the samples of a target from where the last call left the weights. Scores of
    /// the `shown` networks, which need not be ms, after each of the last `epochs` epochs, the
    /// final ones last (fewer where there are fewer epochs, at least one).
    virtual std::vector<std::vector<double>> tune(const Rows& samples, const TableRange& range,
                                                  const Architectures& shown, std::size_t epochs,
                                                  const FitContext& context) = 0;

    /// As `Adaptable::choose`, by the published sampler; none where it has no preference.
    [[nodiscard]] virtual std::vector<std::size_t> choose(const Architectures& /*candidates*/,
                                                          std::size_t /*count*/,
                                                          const FitContext& /*context*/) const {
        return {};
    }
    /// Trainable parameters; NaN where they are not counted.
    [[nodiscard]] virtual double parameters() const {
        return std::numeric_limits<double>::quiet_NaN();
    }
};

/// A `DeviceFitter` derives from this, too, where the published training differs from the honest
/// one (pairs that mix devices, latencies scaled by the whole table, masks that are none).
class EpochTuned {
  public:
    EpochTuned() = default;
    EpochTuned(const EpochTuned&) = delete;
    EpochTuned& operator=(const EpochTuned&) = delete;
    virtual ~EpochTuned() = default;

    /// Learns from the sources as the published method does. `ranges`: one for each device.
    [[nodiscard]] virtual std::unique_ptr<EpochTuning>
    learn_published(std::span<const DeviceRows> devices, std::span<const TableRange> ranges,
                    const FitContext& context) const = 0;
};

}  // namespace latpred

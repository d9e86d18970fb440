// Statistics of batch norms estimated anew from data.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/monitor.hpp"
#include "networks/network.hpp"

namespace latpred {

/// How the statistics of batches become running ones.
enum class StatisticsAverage : std::uint8_t {
    pytorch,  ///< every batch counts alike, variances unbiased: BatchNorm2d(momentum=None)
    ofa,      ///< batches count by their size, variances biased: as OFA's supernets are calibrated
};

/// ConfigError for an unknown name.
StatisticsAverage statistics_average(std::string_view name);

/// Every batch norm normalises with its batch's own statistics while these are averaged, so those
/// of a layer are taken behind layers that are normalised anew. Nothing else of the parameters
/// changes.
class Recalibration {
  public:
    /// Keeps a reference: `network` must live longer.
    Recalibration(const Network& network, StatisticsAverage average);
    ~Recalibration();
    Recalibration(const Recalibration&) = delete;
    Recalibration& operator=(const Recalibration&) = delete;

    /// `in` is batch x C x H x W. ConfigError for another size or a batch of one value a channel;
    /// DataError where a mean or a variance is not finite.
    void add(std::span<const float> in, std::int64_t batch, Monitor& monitor = Monitor::current());

    /// The network's parameters with the statistics of all batches. ConfigError without any.
    [[nodiscard]] StateDict parameters() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace latpred

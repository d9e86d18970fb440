// Latencies of a device as what its networks' scores are to be.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/safetensors.hpp"

namespace latpred {

/// Monotone map of a device's latencies, from its own known rows alone. "log": standardised
/// ln(latency / median + 0.05) · "standard": standardised latencies · "min-max": 0 to 1 over the
/// rows given, as published.
class DeviceScale {
  public:
    DeviceScale() = default;
    /// ConfigError for an unknown name.
    DeviceScale(std::string name, std::span<const double> latency_ms);

    [[nodiscard]] double scaled(double latency_ms) const;
    /// Above 0 for every number.
    [[nodiscard]] double latency_ms(double scaled) const;
    void store(TensorFile& file, const std::string& prefix) const;
    static DeviceScale load(const TensorFile& file, const std::string& prefix);

  private:
    std::string name_ = "standard";
    double unit_ = 1;  ///< ms: the median
    double shift_ = 0, factor_ = 1;
};

std::vector<float> scale_latencies(const DeviceScale& scale, std::span<const double> latency_ms);

}  // namespace latpred

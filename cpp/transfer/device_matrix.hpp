// Latencies of the same networks on several devices, each network once.
#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "spaces/architectures.hpp"

namespace latpred {

/// M different networks in canonical order, and their latencies on D devices. What is computed from
/// one depends neither on the order of the rows that it was made of nor on repeated ones.
class DeviceMatrix {
  public:
    /// `latency_ms`: N x D, row-major. A network that comes in several rows has their median.
    /// DataError for another number of latencies, or for one that is not positive and finite (row
    /// and column are named).
    DeviceMatrix(const Architectures& archs, std::span<const double> latency_ms);

    [[nodiscard]] const Architectures& archs() const { return archs_; }
    [[nodiscard]] std::size_t networks() const { return archs_.size(); }
    [[nodiscard]] std::size_t devices() const {
        return static_cast<std::size_t>(latency_ms_.cols());
    }
    /// M x D.
    [[nodiscard]] const Eigen::MatrixXd& latency_ms() const { return latency_ms_; }
    /// M latencies of one device.
    [[nodiscard]] std::span<const double> device(std::size_t column) const;
    /// Of networks and latencies of one device, whatever its name or place.
    [[nodiscard]] std::uint64_t key(std::size_t column) const;
    /// Of all devices, in whichever order.
    [[nodiscard]] std::uint64_t key() const;

  private:
    Architectures archs_;
    Eigen::MatrixXd latency_ms_;
};

}  // namespace latpred

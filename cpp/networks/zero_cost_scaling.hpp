// Zero-cost proxies brought to one scale.
#pragma once

#include <span>
#include <vector>

#include "networks/zero_cost.hpp"

namespace latpred {

/// Columns of proxies as numbers for models, scaled by the networks that it was fitted on: those
/// that grow over orders of magnitude by log(1 + x) first; all but grasp to 0 … 1 there, grasp to
/// mean 0 and variance 1 (Akhauri & Abdelfattah 2024). A proxy that is not defined, NaN, becomes
/// the fitted mean, which says nothing for or against a network; one that is the same everywhere 0.
class ProxyScaling {
  public:
    /// `values`: N x P. DataError for no networks, a negative number whose logarithm is taken, and
    /// a proxy that is defined for none.
    ProxyScaling(std::vector<Proxy> proxies, std::span<const double> values);

    [[nodiscard]] const std::vector<Proxy>& proxies() const { return proxies_; }

    /// Of N x P values of any networks. ConfigError where their count does not fit.
    [[nodiscard]] std::vector<float> apply(std::span<const double> values) const;

  private:
    struct Column {
        double zero = 0;   ///< of what is scaled
        double unit = 1;   ///< of it; 0: the proxy is the same everywhere
        double blank = 0;  ///< scaled, in place of NaN
    };

    [[nodiscard]] double raw(std::size_t column, double value) const;

    std::vector<Proxy> proxies_;
    std::vector<Column> columns_;
};

}  // namespace latpred

// What several devices and published factors say of networks, on one scale.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "device_generic/formula.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// A device that networks were measured on.
struct DescribedRows {
    std::string name;
    Rows rows;  ///< ms
    std::optional<DeviceNumbers> numbers;
};

/// N different networks in canonical order, D devices in an order that their rows decide.
struct FactorTable {
    Architectures networks;
    Eigen::VectorXd factors;  ///< N logarithms of published factors; NaN where there is none
    Eigen::MatrixXd devices;  ///< N x D logarithms of latency / ms per factor; NaN likewise
    std::vector<std::optional<DeviceNumbers>> numbers;  ///< D
    std::vector<std::size_t> audited;  ///< networks whose published factor is not believed

    [[nodiscard]] Eigen::Index size() const { return factors.size(); }

    /// D medians of what a device says above the published factors, or, where there are none, above
    /// the other devices.
    [[nodiscard]] Eigen::VectorXd offsets() const;
    /// N means of logarithms over the factors (which weigh as `factor_weight` devices) and the
    /// devices but `without`, less their offsets; NaN where nothing is known.
    [[nodiscard]] Eigen::VectorXd means(const Eigen::VectorXd& offsets,
                                        std::optional<Eigen::Index> without = {}) const;
};

/// A published factor is a mean over devices itself (DGL's over twelve).
inline constexpr double factor_weight = 4;

/// At most 2,000 networks, those of the least hash; devices without any of them are left out.
/// Several values of one network count as their geometric mean. `factors` may be null. Factors that
/// a robust model of all of them misses by more than .6 in the logarithm and eight deviations are
/// audited: they are slips of the pen.
///
/// Throws: ConfigError for neither factors nor devices; SchemaError for devices of different
///     spaces; DataError for values and numbers that are not above 0 and finite.
FactorTable factor_table(const Rows* factors, std::span<const DescribedRows> devices,
                         const FitContext& context);

}  // namespace latpred

// Linear models of the devices that somebody has measured.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "predictors/fitter.hpp"
#include "transfer/feature_basis.hpp"

namespace latpred {

/// Of D devices, in an order that follows from their rows: neither names nor the given order.
struct SourceModels {
    FeatureBasis basis;          ///< over all different networks that a device was measured on
    Eigen::MatrixXd weights;     ///< F x D, in ms
    Eigen::VectorXd levels;      ///< D: ms at features of 0
    Eigen::VectorXd deviations;  ///< D: of the model's values over those networks, in ms
    Architectures pool;          ///< those networks

    [[nodiscard]] Eigen::Index devices() const { return weights.cols(); }
    /// F x D': weights that give values of deviation 1, of the devices that differ at all.
    [[nodiscard]] Eigen::MatrixXd directions() const;
};

/// A ridge regression for each device, of ms on the features, choices weighing more than costs and
/// stages; its strength by generalised cross-validation (Golub, Heath, Wahba 1979).
///
/// Throws: ConfigError for no device; SchemaError for devices of different spaces; DataError for
///     fewer than 5 different networks of a device, and for values as `check_training_values`.
SourceModels fit_sources(std::span<const DeviceRows> devices, const FitContext& context);

}  // namespace latpred

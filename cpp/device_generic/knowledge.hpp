// What networks and devices that were measured say of a device that was not.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <Eigen/Core>

#include "device_generic/factor_table.hpp"
#include "device_generic/group_process.hpp"

namespace latpred {

/// Logarithms of what networks cost, whichever the device: a model of architecture factors, and
/// what measured networks are known to differ from it.
struct CommonFactors {
    PredictorPtr model;
    std::unordered_map<std::uint64_t, double> corrections;  ///< hash of a network -> logarithm
    double share = 0;      ///< of what a measured network differs from the model that is believed
    double deviation = 0;  ///< of the logarithm of a network that was not measured

    struct Values {
        Eigen::VectorXd logarithms;  ///< N
        std::vector<bool> known;     ///< whether the network was measured
    };
    [[nodiscard]] Values of(const Architectures& archs) const;
};

/// How the log latencies of one device deviate from the common factors: linear in F + 1 features,
/// the last of which is the common logarithm less its mean ("slope").
struct Deviation {
    Eigen::VectorXd weights;  ///< F + 1
    double offset = 0;        ///< beside the logarithm of the ms per factor
};

/// N x (F + 1): the features of a deviation.
Eigen::MatrixXd deviation_features(const WideBasis& basis, double centre,
                                   const Architectures& archs,
                                   const Eigen::VectorXd& common_logarithms);

/// Everything that was learnt. Devices are in the order of the table.
struct Knowledge {
    CommonFactors common;
    WideBasis basis;
    double centre = 0;         ///< mean common logarithm
    bool published = false;    ///< whether published factors set the scale
    GroupVariances variances;  ///< of a device's deviations, and its noise
    std::vector<Deviation> devices;
    /// Mean squared log deviations of devices from what the others say of them: without shapes,
    /// and with shapes by each length of `device_lengths`.
    std::vector<double> shape_errors;
    std::vector<double> offset_errors;         ///< likewise of their offsets
    std::shared_ptr<const FactorTable> table;  ///< what it was learnt from

    [[nodiscard]] const SpacePtr& space() const { return basis.space(); }
    /// N x (F + 1) features of deviations.
    [[nodiscard]] Eigen::MatrixXd features(const Architectures& archs,
                                           const Eigen::VectorXd& common_logarithms) const;
    /// F + 1 prior variances of the weights of a deviation.
    [[nodiscard]] Eigen::VectorXd weight_variances() const;
};

/// A device's slope varies at least so much about 1.
inline constexpr double slope_deviation = 0.1;

/// `fitter` models architecture factors; `FactorFitter` where null. Throws as `factor_table`;
/// DataError for fewer than 10 networks.
std::shared_ptr<const Knowledge> learn(const Rows* factors, std::span<const DescribedRows> devices,
                                       const FitterPtr& fitter, const FitContext& context);

}  // namespace latpred

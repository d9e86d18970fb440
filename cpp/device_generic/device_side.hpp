// What the numbers of a data sheet say of how a device deviates from the common factors.
#pragma once

#include <array>
#include <vector>

#include <Eigen/Core>

#include "device_generic/formula.hpp"

namespace latpred {

struct Knowledge;
struct FactorTable;
struct Deviation;

/// Lengths of the kernel between devices, in deviations of their log numbers.
inline constexpr std::array<double, 3> device_lengths{0.5, 1.0, 2.0};

/// With fewer described devices there is nothing to learn from their numbers.
inline constexpr std::size_t least_described = 3;

/// Fills the errors of `Knowledge`: each described device predicted from the others.
void judge_device_side(const FactorTable& table, const Eigen::VectorXd& common,
                       Knowledge& knowledge);

/// Variance of what a described device's offset differs from `expected_deviation`: that of devices
/// left out, with .12 for three more devices.
double offset_variance(const Knowledge& knowledge);

/// The deviation of a device of these numbers. Its shape is a mean of the described devices' ones
/// by a Gaussian kernel of their log numbers, shrunk to none; the length is that with the least
/// error on devices left out, and there is no shape where none helps by 2 %. Its offset likewise,
/// or else the devices' mean shrunk to 0; where they all deviate by more than a factor of two the
/// factors are in other units, and it is their median.
Deviation expected_deviation(const Knowledge& knowledge, const DeviceNumbers& numbers);

}  // namespace latpred

// How well what several devices teach serves one that was not among them.
#pragma once

#include <span>
#include <vector>

#include "metrics/evaluation.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// Part -> device -> numbers of its rows: no architecture of one part is in another, on whichever
/// device. Widths may differ. ConfigError for no device or wrong fractions; SchemaError for
/// different families.
std::vector<std::vector<std::vector<std::size_t>>>
split_devices(std::span<const DeviceRows> devices, const std::vector<double>& fractions,
              std::uint64_t seed);

/// Fits on all devices but one and judges the model for that one's parameters, without a row of it,
/// on architectures that no fit saw: `test_share` of them, drawn by `seed`. One result a device.
///
/// Throws: DataError for fewer than three devices; as the fitter.
std::vector<Evaluation> leave_one_group_out(const DeviceFitter& fitter,
                                            std::span<const DeviceRows> devices, double test_share,
                                            std::uint64_t seed, const FitContext& context);

}  // namespace latpred

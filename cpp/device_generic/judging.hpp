// How well the device-generic model serves a device that it has not seen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device_generic/factor_table.hpp"
#include "transfer/judging.hpp"

namespace latpred {

struct GenericPlan {
    std::size_t samples = 0;         ///< networks measured on the target, none of them judged by
    std::size_t repeats = 10;        ///< splits, with seeds of their own
    double test_fraction = 0.2;      ///< of the networks
    bool measured = false;           ///< whether other devices have the networks that are judged by
    std::string sampler = "method";  ///< of the samples: the model's own choice, or "random"
    double confidence = 0.9;         ///< of the intervals
};

/// `repeats` judgements of each of D devices. In each repetition a share of the networks is held
/// out; the model learns from the published factors and all devices but one (without the networks
/// held out, unless `measured`), is described that one, and perhaps given samples of it from the
/// other networks; it is judged by the device's rows of the networks held out. A function of
/// networks, values and `context.seed`: order and names do not matter.
///
/// Throws: ConfigError for a plan out of range or an undescribed device without samples; DataError
///     for fewer than ten networks to learn from, or too few on a device; as `learn`.
std::vector<std::vector<DeviceJudgement>>
judge_device_generic(const Rows* factors, std::span<const DescribedRows> devices,
                     const FitterPtr& fitter, const GenericPlan& plan, const FitContext& context);

}  // namespace latpred

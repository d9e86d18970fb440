// One judgement after the other; what fails on some targets only has its reason.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "transfer/judging.hpp"

namespace latpred {

/// Fails by typed errors, which become `DeviceJudgement::failure`.
using JudgeTarget = std::function<DeviceJudgement(std::size_t target)>;

/// Of each target, in their order. Where all of them fail the first error is thrown.
std::vector<DeviceJudgement> judge_each(std::span<const std::size_t> targets, Monitor& watch,
                                        const JudgeTarget& judge);

}  // namespace latpred

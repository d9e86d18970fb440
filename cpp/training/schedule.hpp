// Learning rates over the steps of a training.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace latpred {

/// A factor on the learning rate. `name` is one of `schedule_names()`: "constant" · "cosine" from 1
/// to `floor` · "linear" from 1 to `floor` · "step" times `step_factor` after each `step_share` of
/// the steps · "one-cycle" a cosine up from 1/25 over the first `peak_share` of the steps, then a
/// cosine down to `floor` (Smith and Topin, arXiv:1708.07120).
/// All but "one-cycle" first rise linearly over the share `warmup` of the steps.
struct ScheduleSettings {
    std::string name = "cosine";
    double warmup = 0;
    double floor = 0;
    double step_share = 0.3;
    double step_factor = 0.1;
    double peak_share = 0.3;
};

std::vector<std::string> schedule_names();

/// ConfigError for an unknown name (the known ones are listed) or a share outside 0 to 1.
void check_schedule(const ScheduleSettings& settings);

/// The factor of step `step` (from 0) of `steps`.
double schedule_factor(const ScheduleSettings& settings, std::size_t step, std::size_t steps);

}  // namespace latpred

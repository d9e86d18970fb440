#include "training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// From `begin` (at = 0) to `end` (at = 1) along half a cosine.
double half_cosine(double begin, double end, double at) {
    return end + (begin - end) * (1 + std::cos(std::numbers::pi * at)) / 2;
}

double one_cycle(const ScheduleSettings& settings, double at) {
    constexpr double start = 1.0 / 25;
    if (at < settings.peak_share)
        return half_cosine(start, 1, at / settings.peak_share);
    return half_cosine(1, settings.floor,
                       (at - settings.peak_share) / std::max(1 - settings.peak_share, 1e-12));
}

/// `at`: share of the steps after the warm-up.
double after_warmup(const ScheduleSettings& settings, double at) {
    if (settings.name == "cosine")
        return half_cosine(1, settings.floor, at);
    if (settings.name == "linear")
        return 1 + (settings.floor - 1) * at;
    if (settings.name == "step")
        return std::pow(settings.step_factor, std::floor(at / settings.step_share + 1e-9));
    return 1;
}

}  // namespace

std::vector<std::string> schedule_names() {
    return {"constant", "cosine", "linear", "one-cycle", "step"};
}

void check_schedule(const ScheduleSettings& settings) {
    const std::vector<std::string> names = schedule_names();
    if (std::ranges::find(names, settings.name) == names.end()) {
        throw ConfigError(message("unknown schedule '", excerpt(settings.name),
                                  "'; known: ", join(names), did_you_mean(settings.name, names)));
    }
    const auto share = [](double value) { return value >= 0 && value <= 1; };
    if (!share(settings.warmup) || !share(settings.floor) || !share(settings.peak_share) ||
        !share(settings.step_factor) || !(settings.step_share > 0 && settings.step_share <= 1)) {
        throw ConfigError(message("schedule: warmup ", settings.warmup, ", floor ", settings.floor,
                                  ", peak_share ", settings.peak_share, ", step_factor ",
                                  settings.step_factor, ", step_share ", settings.step_share,
                                  ", shares from 0 to 1 expected"));
    }
}

double schedule_factor(const ScheduleSettings& settings, std::size_t step, std::size_t steps) {
    const auto now = static_cast<double>(step);
    const auto all = static_cast<double>(std::max<std::size_t>(steps, 1));
    if (settings.name == "one-cycle")
        return one_cycle(settings, std::min(now / all, 1.0));
    const double rise = std::floor(settings.warmup * all);
    if (now < rise)
        return (now + 1) / rise;
    return after_warmup(settings, std::min((now - rise) / std::max(all - rise, 1.0), 1.0));
}

}  // namespace latpred

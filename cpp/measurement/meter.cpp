#include "measurement/meter.hpp"

#include <cmath>
#include <utility>

#include "base/float_mode.hpp"
#include "base/text.hpp"
#include "measurement/campaign.hpp"

namespace latpred {

double NetworkResult::fallback_share() const {
    return visits > 0 ? 1.0 - static_cast<double>(clean_visits) / visits : not_measured;
}

double NetworkResult::half_width_percent() const {
    return 100.0 * std::expm1(0.5 * std::log(ratio_high / ratio_low));
}

bool NetworkResult::attempted() const {
    return status == Status::failed || visits + apart_visits > 0;
}

MeterOptions validated(MeterOptions options) {
    if (options.group < 1)
        throw ConfigError("meter: group is 0, expected at least 1 network at a time");
    if (!(options.budget_seconds > 0.0)) {
        throw ConfigError(
            message("meter: budget_seconds is ", options.budget_seconds, ", expected more than 0"));
    }
    const Effort& effort = options.effort;
    if (effort.most_visits < 1 || effort.samples < 2 || !(effort.precision >= 0.0)) {
        throw ConfigError(message("meter: effort '", effort.name, "' has ", effort.most_visits,
                                  " visits of ", effort.samples, " samples to precision ",
                                  effort.precision, ", expected >= 1, >= 2 and >= 0"));
    }
    return options;
}

Meter::Meter(Clock& clock, MeterOptions options)
    : clock_(clock), options_(validated(std::move(options))) {}

Campaign Meter::measure(const CampaignPlan& plan, CampaignEvents& events, Monitor& monitor) const {
    if (plan.references.empty())
        throw ConfigError("meter: no reference, at least one expected");
    if (!plan.pairing.empty() && plan.pairing.size() != plan.count) {
        throw ConfigError(message("meter: ", plan.pairing.size(), " references are chosen for ",
                                  plan.count, " networks"));
    }
    for (const std::size_t which : plan.pairing) {
        if (which >= plan.references.size()) {
            throw ConfigError(message("meter: reference ", which, " is chosen, there are ",
                                      plan.references.size()));
        }
    }
    const FlushDenormals flush;
    return CampaignRun(clock_, options_, plan, events, monitor).finish_all();
}

}  // namespace latpred

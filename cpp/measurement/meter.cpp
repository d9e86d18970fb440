#include "measurement/meter.hpp"

#include <utility>

#include "base/text.hpp"
#include "measurement/campaign.hpp"
#include "measurement/float_mode.hpp"

namespace latpred {

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

Campaign Meter::measure(std::size_t count, const MakeRunnable& make, Runnable& reference,
                        CampaignEvents& events, Monitor& monitor) const {
    const FlushDenormals flush;
    return CampaignRun(clock_, options_, count, make, reference, events, monitor).finish_all();
}

}  // namespace latpred

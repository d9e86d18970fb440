#include "tuning/scheduler.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Losses = std::span<const double>;

double least(Losses losses) {
    return *std::min_element(losses.begin(), losses.end());
}

std::string stop_by_halving(const SchedulerSettings& settings, Losses own,
                            std::span<const Losses> earlier) {
    const double value = least(own);
    const auto better = std::count_if(earlier.begin(), earlier.end(),
                                      [&](Losses other) { return least(other) <= value; });
    const std::size_t count = earlier.size() + 1;
    const std::size_t kept = std::max<std::size_t>(1, count / settings.reduction);
    const auto rank = static_cast<std::size_t>(better);
    if (rank < kept)
        return {};
    return "asha: number " + std::to_string(rank + 1) + " of " + std::to_string(count) +
           " after epoch " + std::to_string(own.size());
}

std::string stop_by_median(const SchedulerSettings& settings, Losses own,
                           std::span<const Losses> earlier) {
    if (earlier.size() < std::max<std::size_t>(settings.startup, 1))
        return {};
    std::vector<double> means;
    for (const Losses other : earlier) {
        const double sum = std::accumulate(other.begin(), other.end(), 0.0);
        means.push_back(sum / static_cast<double>(other.size()));
    }
    if (least(own) <= median(means))
        return {};
    return "median: worse than the median of " + std::to_string(earlier.size()) +
           " trials after epoch " + std::to_string(own.size());
}

}  // namespace

std::vector<std::string> scheduler_names() {
    return {"none", "asha", "median"};
}

void check_scheduler(const SchedulerSettings& settings) {
    const auto names = scheduler_names();
    if (std::find(names.begin(), names.end(), settings.name) == names.end())
        throw ConfigError("study: unknown scheduler " + excerpt(settings.name) +
                          ", none, asha or median expected" + did_you_mean(settings.name, names));
    if (settings.epochs < 1 || settings.grace < 1 || settings.reduction < 2 ||
        settings.epochs > most_epochs)
        throw ConfigError(message("study: epochs ", settings.epochs, ", grace ", settings.grace,
                                  ", reduction ", settings.reduction, ": epochs of 1 to ",
                                  most_epochs,
                                  ", grace of at least 1, reduction of at least 2 expected"));
    if (settings.name == "median" && settings.epochs / settings.grace > most_decisions)
        throw ConfigError(message("study: a comparison every ", settings.grace, " of ",
                                  settings.epochs, " epochs: a grace of at least ",
                                  settings.epochs / most_decisions + 1, " expected"));
}

std::vector<std::size_t> decision_epochs(const SchedulerSettings& settings) {
    std::vector<std::size_t> epochs;
    if (settings.name == "none")
        return epochs;
    const std::size_t last = settings.epochs - 1;
    for (std::size_t epoch = settings.grace; epoch <= last;) {
        epochs.push_back(epoch);
        if (settings.name != "asha")
            epoch += settings.grace;
        else if (settings.reduction <= last / epoch)
            epoch *= settings.reduction;
        else
            break;
    }
    return epochs;
}

std::string reason_to_stop(const SchedulerSettings& settings, Losses own,
                           std::span<const Losses> earlier) {
    return settings.name == "asha" ? stop_by_halving(settings, own, earlier)
                                   : stop_by_median(settings, own, earlier);
}

}  // namespace latpred

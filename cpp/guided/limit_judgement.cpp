#include "guided/limit_judgement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

LimitJudgement judge_choice(std::size_t chosen, std::span<const double> accuracies,
                            std::span<const double> latencies, double limit) {
    if (accuracies.size() != latencies.size() || chosen >= accuracies.size()) {
        throw DataError(message("limit: choice ", chosen, " of ", accuracies.size(),
                                " accuracies beside ", latencies.size(), " latencies"));
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    LimitJudgement found{accuracies[chosen], latencies[chosen], none, none, 0, none};
    for (std::size_t i = 0; i < accuracies.size(); ++i) {
        if (latencies[i] <= limit && !(accuracies[i] <= found.oracle))
            found.oracle = accuracies[i];
    }
    if (found.latency <= limit) {
        found.held_percent = 100;
        found.regret = found.oracle - found.accuracy;
    } else {
        found.excess_percent = 100 * (found.latency / limit - 1);
    }
    return found;
}

StudySummary summarise_regrets(std::span<const std::int64_t> seeds,
                               std::span<const double> regrets) {
    if (seeds.size() != regrets.size() || seeds.empty()) {
        throw DataError(message("limit: ", seeds.size(), " seeds beside ", regrets.size(),
                                " regrets; at least one search expected"));
    }
    std::map<std::int64_t, std::size_t> exact;
    StudySummary summary;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        exact[seeds[i]] += regrets[i] == 0 ? 1U : 0U;
        summary.regret_mean += regrets[i] / static_cast<double>(seeds.size());
        summary.regret_most = std::max(summary.regret_most, regrets[i]);
    }
    summary.exact_least = seeds.size();
    for (const auto& [seed, count] : exact) {
        summary.exact_least = std::min(summary.exact_least, count);
        summary.exact_most = std::max(summary.exact_most, count);
        summary.exact_mean += static_cast<double>(count) / static_cast<double>(exact.size());
    }
    return summary;
}

}  // namespace latpred

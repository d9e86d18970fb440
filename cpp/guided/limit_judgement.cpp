#include "guided/limit_judgement.hpp"

#include <cmath>
#include <limits>

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

}  // namespace latpred

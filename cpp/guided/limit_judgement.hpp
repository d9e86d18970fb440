// What a search under a limit found, judged by what is true.
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

struct LimitJudgement {
    double accuracy = 0;
    double latency = 0;         ///< ms
    double oracle = 0;          ///< the best accuracy that keeps the limit; NaN where none does
    double regret = 0;          ///< oracle - accuracy; NaN where the limit is broken
    double held_percent = 0;    ///< 100 or 0
    double excess_percent = 0;  ///< how far it exceeds the limit; NaN where it does not
};

/// Of candidate number `chosen` of N. DataError for no such one, or other counts.
LimitJudgement judge_choice(std::size_t chosen, std::span<const double> accuracies,
                            std::span<const double> latencies, double limit);

}  // namespace latpred

// What a search under a limit found, judged by what is true.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// Of searches under several limits, each with several seeds.
struct StudySummary {
    std::size_t exact_least = 0;  ///< limits at which a seed found the best network: fewest
    std::size_t exact_most = 0;
    double exact_mean = 0;
    double regret_mean = 0;
    double regret_most = 0;
};

/// Of R searches: the seed of each and its regret. DataError for none, or other counts.
StudySummary summarise_regrets(std::span<const std::int64_t> seeds,
                               std::span<const double> regrets);

}  // namespace latpred

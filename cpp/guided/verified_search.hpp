// A search of which only what was measured to keep the limit is returned.
#pragma once

#include <string>
#include <vector>

#include "guided/latency_belief.hpp"
#include "guided/readings.hpp"
#include "searching/search.hpp"

namespace latpred {

struct VerifySettings {
    std::string method;     ///< of search_methods()
    std::size_t most = 20;  ///< candidates measured at most
    SearchSettings search;
};

/// A measured candidate, and what was believed of it before.
struct VerifiedCandidate {
    Architectures architecture;  ///< one row
    double objective = 0;
    double predicted = 0;  ///< ms
    double upper = 0;      ///< ms
    Reading reading;
    std::string verdict;  ///< a word of `limit_verdicts`
};

/// Where the constraints of the problem say so: what is reported of the latency, without a limit,
/// and the bound that keeps it.
inline constexpr std::size_t latency_constraint = 0;
inline constexpr std::size_t bound_constraint = 1;

/// Searches; measures the best network that was found; where it does not hold, learns from it and
/// searches anew without it. So candidates are measured best objective first, by what is known
/// then. The result's best holds, and its front is nothing else. `tests` are the candidates
/// measured, in their order, also where this throws.
///
/// Objectives of the problem are asked about each network once over all searches; those of the two
/// constraints above are the belief's.
///
/// Throws: InfeasibleError where none of `most` candidates holds, or none is left; as `search`, the
///     belief and `readings_of`.
SearchResult search_verified(Problem problem, LatencyBelief& belief, const Measure& measure,
                             VerifySettings settings, std::vector<VerifiedCandidate>& tests,
                             Monitor& monitor = Monitor::current());

}  // namespace latpred

// The stop rule: whether a network is done, and how well.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "measurement/estimate.hpp"

namespace latpred {

enum class Status : std::uint8_t {
    labelled,   ///< the asked visits are done; the effort wants no interval
    converged,  ///< the interval is as narrow as the effort asks
    budget,     ///< the visits or the time ran out before; the interval says how good it is
    drift,      ///< it, or the references against each other, changed during the campaign: all
                ///< visits count, and their range is the interval
    suspect,    ///< undisturbed and disturbed visits contradict each other by more than 3 %, or a
                ///< label rests on no undisturbed visit
    failed,     ///< building or running it threw; see the reason
};

std::string_view to_string(Status status);

struct Verdict {
    bool done = false;
    Status status = Status::converged;
    std::string reason{};
};

/// After `visits` of the current set and `made` in all. The meter looks at the interval on a grid
/// of visit counts only. A network has converged where the half width of its interval is at most
/// the effort's precision, enough of it was timed, and the medians of the first and the second half
/// of its visits do not differ by more than the precision (and beyond noise): no interval covers
/// slow drift.
Verdict judge(std::span<const Visit> visits, int made, const Effort& effort, Scope scope);

/// The verdict with its status changed to `suspect` where the visits contradict each other, or
/// where a label rests on no undisturbed one.
Verdict cross_checked(Verdict verdict, std::span<const Visit> visits, const Effort& effort);

}  // namespace latpred

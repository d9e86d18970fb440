// From the visits of a network to its latency.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measurement/effort.hpp"
#include "measurement/interval.hpp"
#include "measurement/sampler.hpp"

namespace latpred {

enum class Status : std::uint8_t {
    converged,  ///< the interval is as narrow as the effort asks, or the asked visits are done
    budget,     ///< the visits or the time ran out before; the interval says how good it is
    suspect,    ///< undisturbed and disturbed visits contradict each other by more than 3 %
    failed,     ///< building or running it threw; see the reason
};

/// Which time an estimate rests on.
enum class TimeKind : std::uint8_t {
    wall,      ///< wall time of undisturbed samples
    cpu,       ///< CPU time: too few samples were undisturbed
    any_wall,  ///< wall time of all samples, disturbed ones too (several threads)
};

std::string_view to_string(Status status);
std::string_view to_string(TimeKind kind);

/// One visit: the network between two legs of the reference.
struct Visit {
    double log_clean = not_measured;  ///< ln(network / reference) of clean legs; NaN if disturbed
    double log_fallback = not_measured;  ///< the same of the fallback times
    double cpu_ms = not_measured;        ///< CPU time of one run of the network
    int samples = 0;
    int clean_samples = 0;
};

Visit make_visit(const Leg& before, const Leg& network, const Leg& after);

/// A median with its interval.
struct Estimate {
    double value = not_measured;
    double low = not_measured;  ///< NaN where there are too few values for an interval
    double high = not_measured;
    TimeKind kind = TimeKind::wall;

    /// Half width of the interval of a logarithm, as a relative error; infinite without interval.
    [[nodiscard]] double relative_half_width() const;
};

/// What `values` say: the clean stratum where it holds at least a quarter of the values (a clean
/// one is worth about three others) and enough for an interval, else the fallback values of all.
Estimate robust_estimate(std::span<const double> clean, std::span<const double> fallback,
                         const Effort& effort, Scope scope);

/// ln(latency / latency of the reference).
Estimate estimate_ratio(std::span<const Visit> visits, const Effort& effort, Scope scope);

/// Whether the clean and the disturbed visits differ by more than 3 % and their intervals do not
/// even touch.
bool strata_disagree(std::span<const Visit> visits, double alpha);

}  // namespace latpred

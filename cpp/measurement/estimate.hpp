// From the visits of a network to its latency.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measurement/effort.hpp"
#include "measurement/interval.hpp"
#include "measurement/visit.hpp"

namespace latpred {

/// Which time an estimate rests on.
enum class TimeKind : std::uint8_t {
    wall,      ///< wall time of undisturbed samples
    cpu,       ///< CPU time: too few samples were undisturbed
    any_wall,  ///< wall time of all samples, disturbed ones too (several threads)
};

std::string_view to_string(TimeKind kind);

/// A median with its interval.
struct Estimate {
    double value = not_measured;
    double low = not_measured;  ///< NaN where there are too few values for an interval
    double high = not_measured;
    double correlation = 0.0;  ///< of neighbours in time; the interval allows for it
    double gap = 0.0;  ///< of the medians of the first and the second half; 0 if within noise
    TimeKind kind = TimeKind::wall;

    /// Half width of the interval of a logarithm, as a relative error; infinite without interval.
    [[nodiscard]] double relative_half_width() const;
};

/// What `values`, in the order of time, say: the clean stratum where it holds at least a quarter
/// of the values (a clean one is worth about three others) and enough for an interval, else the
/// fallback values of all.
Estimate robust_estimate(std::span<const double> clean, std::span<const double> fallback,
                         const Effort& effort, Scope scope);

/// ln(latency / latency of the reference).
Estimate estimate_ratio(std::span<const Visit> visits, const Effort& effort, Scope scope);

/// The same with the range of the visits for the interval: what is known of a network that changed.
Estimate ranged_ratio(std::span<const Visit> visits, const Effort& effort, Scope scope);

/// Whether the clean and the disturbed visits differ by more than 3 % and their intervals do not
/// even touch.
bool strata_disagree(std::span<const Visit> visits, double alpha);

}  // namespace latpred

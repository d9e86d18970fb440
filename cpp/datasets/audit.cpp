#include "datasets/audit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/statistics.hpp"
#include "base/text.hpp"
#include "datasets/audit_impl.hpp"
#include "datasets/checks.hpp"
#include "datasets/robust_fit.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr std::size_t fewest_rows = 50;  // for a fit

// One image at a time, fast accelerators reach 10^9 multiply-accumulates per ms on large networks
// and 1 us an operator on small ones, and their data sheets end at 10^12; a Raspberry Pi has 10^6
// and 0.2 ms, and microcontrollers run small networks at 10^4 to 10^5 and some ms an operator.
constexpr double beyond_any_device = 1e12;
constexpr double fast_macs_per_ms = 1e9, fast_us = 2;
constexpr double brisk_macs_per_ms = 2e8, brisk_us = 0.7;
constexpr double slow_macs_per_ms = 1e5, slow_us = 1e4;

/// Rows off the median by a unit of time. Latencies of one space spread by far less than the
/// factor 5 to either side that is granted here.
std::vector<Finding> find_units(std::span<const double> latency, std::vector<bool>& used) {
    static constexpr std::array<std::pair<double, const char*>, 4> units{{
        {1e3, "1000 times (microseconds among milliseconds?)"},
        {1e-3, "1/1000 of (seconds among milliseconds?)"},
        {1e6, "1,000,000 times (nanoseconds among milliseconds?)"},
        {1e-6, "1/1,000,000 of (kiloseconds among milliseconds?)"},
    }};
    std::vector<double> sorted(latency.begin(), latency.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    std::vector<Finding> findings;
    for (const auto& [factor, words] : units) {
        Finding finding{"unit", {}, {}};
        for (std::size_t i = 0; i < latency.size(); ++i) {
            if (std::abs(std::log10(latency[i] / *middle / factor)) < std::log10(5.0)) {
                finding.rows.push_back(i);
                used[i] = false;
            }
        }
        if (finding.rows.empty())
            continue;
        finding.message = message(finding.rows.size(), " rows are about ", words,
                                  " the other rows; the median is ", *middle, " ms");
        findings.push_back(std::move(finding));
    }
    return findings;
}

/// What the networks of a table have to do, over the latency that it says: medians.
struct Speed {
    double macs_per_ms = 0;
    double us_per_kernel = 0;
};

Speed speed_of(const Architectures& archs, std::span<const double> latency) {
    std::vector<double> macs;
    std::vector<double> kernels;
    const std::vector<Costs> counted = count_costs(archs);
    for (std::size_t i = 0; i < latency.size(); ++i) {
        macs.push_back(static_cast<double>(counted[i].macs) / latency[i]);
        const auto count = static_cast<double>(std::max<std::int64_t>(counted[i].kernels, 1));
        kernels.push_back(1e3 * latency[i] / count);
    }
    return {median(std::move(macs)), median(std::move(kernels))};
}

/// A table that is wholly in another unit: no device is so fast or so slow (see audit.hpp).
std::vector<Finding> find_whole_unit(const Architectures& archs, std::span<const double> latency) {
    const Speed speed = speed_of(archs, latency);
    const bool fast = speed.macs_per_ms > beyond_any_device ||
                      (speed.macs_per_ms > fast_macs_per_ms && speed.us_per_kernel < fast_us) ||
                      (speed.macs_per_ms > brisk_macs_per_ms && speed.us_per_kernel < brisk_us);
    const bool slow = speed.macs_per_ms < slow_macs_per_ms && speed.us_per_kernel > slow_us;
    if (!fast && !slow)
        return {};
    Finding finding{"unit", std::vector<std::size_t>(latency.size()), {}};
    std::iota(finding.rows.begin(), finding.rows.end(), std::size_t{0});
    finding.message =
        message("the networks would take ", speed.us_per_kernel, " us an operator, at ",
                speed.macs_per_ms, " multiply-accumulates per ms (medians): ",
                fast ? "faster than devices are (seconds read as milliseconds?)"
                     : "slower than devices are (microseconds read as milliseconds?)");
    return {finding};
}

}  // namespace

Audit audit(const Architectures& archs, std::span<const double> latency) {
    require_latency_of_each(archs, latency);
    Audit result{detail::find_ignored_genes(archs, latency),
                 std::vector<double>(latency.size(), std::numeric_limits<double>::quiet_NaN())};
    const auto add = [&](std::vector<Finding>&& more) {
        std::move(more.begin(), more.end(), std::back_inserter(result.findings));
    };
    std::vector<bool> used(latency.size(), true);
    if (!latency.empty()) {
        add(find_whole_unit(archs, latency));
        add(find_units(latency, used));
    }
    add(detail::find_repeats(archs, latency));
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (used[i])
            rows.push_back(i);
    }
    if (rows.size() < fewest_rows)
        return result;
    result.residuals = relative_residuals(archs, latency, used);
    std::vector<double> residuals;
    for (std::size_t i : rows)
        residuals.push_back(result.residuals[i]);
    add(detail::find_outliers_and_shifts(std::move(residuals), rows));
    return result;
}

}  // namespace latpred

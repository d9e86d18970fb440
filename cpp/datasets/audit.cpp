#include "datasets/audit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "datasets/audit_impl.hpp"
#include "datasets/checks.hpp"
#include "datasets/robust_fit.hpp"

namespace latpred {
namespace {

constexpr std::size_t fewest_rows = 50;  // for a fit

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

}  // namespace

Audit audit(const Architectures& archs, std::span<const double> latency) {
    require_latency_of_each(archs, latency);
    Audit result{detail::find_ignored_genes(archs, latency),
                 std::vector<double>(latency.size(), std::numeric_limits<double>::quiet_NaN())};
    const auto add = [&](std::vector<Finding>&& more) {
        std::move(more.begin(), more.end(), std::back_inserter(result.findings));
    };
    std::vector<bool> used(latency.size(), true);
    if (!latency.empty())
        add(find_units(latency, used));
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

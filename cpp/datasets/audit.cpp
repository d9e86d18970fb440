#include "datasets/audit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>

#include "base/statistics.hpp"
#include "base/text.hpp"
#include "datasets/audit_impl.hpp"
#include "datasets/robust_fit.hpp"
#include "datasets/shifts.hpp"

namespace latpred {
namespace {

constexpr double outlier_deviations = 6.0;  // robust standard deviations
constexpr double least_outlier = 0.05;      // of the expected latency
constexpr double least_of_few = 0.30;       // the same in a small table, where the fit is coarse
constexpr double least_shift = 0.01;
constexpr double normal_consistency = 1.4826;
constexpr std::size_t fewest_rows = 50;   // for a fit
constexpr std::size_t enough_rows = 500;  // for a good one

std::string percent(double share) {
    return message(std::fixed, std::setprecision(1), std::showpos, 100 * share, " %");
}

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

void add_outliers(std::span<const double> residuals, const std::vector<std::size_t>& rows,
                  std::vector<Finding>& findings) {
    const double centre = median(residuals);
    const double scale = normal_consistency * median_absolute_deviation(residuals);
    const double least = rows.size() < enough_rows ? least_of_few : least_outlier;
    const double bound = std::max(outlier_deviations * scale, least);
    Finding finding{"outlier", {}, {}};
    double worst = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const double deviation = residuals[k] - centre;
        if (std::abs(deviation) <= bound)
            continue;
        finding.rows.push_back(rows[k]);
        if (std::abs(deviation) > std::abs(worst))
            worst = deviation;
    }
    if (finding.rows.empty())
        return;
    finding.message =
        message(finding.rows.size(), " rows differ by more than ", percent(bound).substr(1),
                " from what the other rows let expect, at worst by ", percent(worst));
    findings.push_back(std::move(finding));
}

void add_shifts(std::span<const double> residuals, const std::vector<std::size_t>& rows,
                std::vector<Finding>& findings) {
    for (const Shift& shift : find_shifts(residuals, least_shift)) {
        Finding finding{"shift", {}, {}};
        finding.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(shift.begin),
                            rows.begin() + static_cast<std::ptrdiff_t>(shift.end));
        finding.message =
            message("rows ", finding.rows.front(), " to ", finding.rows.back(), " lie ",
                    percent(shift.level),
                    " off the level of the others: a cold device or another session?");
        findings.push_back(std::move(finding));
    }
}

}  // namespace

std::vector<Finding> audit(const Architectures& archs, std::span<const double> latency) {
    std::vector<Finding> findings = detail::find_ignored_genes(archs, latency);
    const auto add = [&findings](std::vector<Finding>&& more) {
        std::move(more.begin(), more.end(), std::back_inserter(findings));
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
        return findings;
    const std::vector<double> all = relative_residuals(archs, latency, used);
    std::vector<double> residuals;
    for (std::size_t i : rows)
        residuals.push_back(all[i]);
    add_outliers(residuals, rows, findings);
    if (rows.size() >= enough_rows)
        add_shifts(residuals, rows, findings);
    return findings;
}

}  // namespace latpred

// Single rows and stretches of rows that lie off what the others let expect.
#include <algorithm>
#include <cmath>
#include <iomanip>

#include "base/statistics.hpp"
#include "base/text.hpp"
#include "datasets/audit_impl.hpp"
#include "datasets/shifts.hpp"

namespace latpred::detail {
namespace {

constexpr double outlier_deviations = 6.0;  // robust standard deviations
constexpr double least_outlier = 0.05;      // of the expected latency
constexpr double least_outlier_of_few = 0.30;
constexpr double least_shift = 0.01;
constexpr std::size_t enough_rows = 200;
constexpr std::size_t head = 60;  // rows at the start, where a device warms up

std::string percent(double share) {
    return message(std::fixed, std::setprecision(1), std::showpos, 100 * share, " %");
}

/// Finds the shifts and takes their levels out of the residuals.
std::vector<Finding> take_shifts(std::vector<double>& residuals,
                                 const std::vector<std::size_t>& rows) {
    std::vector<Finding> findings;
    for (const Shift& shift : find_shifts(residuals, least_shift)) {
        Finding finding{"shift", {}, {}};
        for (std::size_t k = shift.begin; k < shift.end; ++k) {
            finding.rows.push_back(rows[k]);
            residuals[k] -= shift.level;
        }
        finding.message =
            message("rows ", finding.rows.front(), " to ", finding.rows.back(), " lie ",
                    percent(shift.level),
                    " off the level of the others: a cold device or another session?");
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::string head_text(const std::vector<std::size_t>& outliers, std::size_t count) {
    const auto early = static_cast<std::size_t>(
        std::ranges::count_if(outliers, [](std::size_t row) { return row < head; }));
    const bool crowded = early >= 5 && early * count > 10 * head * outliers.size();
    return crowded
               ? message("; ", early, " of them are in rows 0 to ", head - 1, ": a cold device?")
               : "";
}

std::vector<Finding> find_outliers(std::span<const double> residuals,
                                   const std::vector<std::size_t>& rows) {
    const double centre = median(residuals);
    const double scale = robust_deviation(residuals);
    const double least = rows.size() < enough_rows ? least_outlier_of_few : least_outlier;
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
        return {};
    finding.message =
        message(finding.rows.size(), " rows differ by more than ", percent(bound).substr(1),
                " from what the other rows let expect, at worst by ", percent(worst),
                head_text(finding.rows, rows.size()));
    return {finding};
}

}  // namespace

std::vector<Finding> find_outliers_and_shifts(std::vector<double> residuals,
                                              const std::vector<std::size_t>& rows) {
    std::vector<Finding> shifts;
    if (rows.size() >= enough_rows)
        shifts = take_shifts(residuals, rows);
    std::vector<Finding> findings = find_outliers(residuals, rows);
    std::move(shifts.begin(), shifts.end(), std::back_inserter(findings));
    return findings;
}

}  // namespace latpred::detail

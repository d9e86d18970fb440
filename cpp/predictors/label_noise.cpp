#include "predictors/label_noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double most_deviations = 4.0;
constexpr double nan_level = std::numeric_limits<double>::quiet_NaN();

double log_of(double value, const char* what) {
    if (!(std::isfinite(value) && value > 0))
        throw DataError(message(what, ": ", value, ", a positive finite number expected"));
    return std::log(value);
}

std::vector<double> known_of(const std::vector<double>& values) {
    std::vector<double> known;
    std::ranges::copy_if(values, std::back_inserter(known),
                         [](double v) { return !std::isnan(v); });
    return known;
}

double median_of_known(const std::vector<double>& values) {
    const std::vector<double> known = known_of(values);
    return known.empty() ? nan_level : median(known);
}

std::vector<double> logs_of_levels(std::span<const double> levels) {
    std::vector<double> logs;
    for (const double level : levels)
        logs.push_back(std::isnan(level) ? level : log_of(level, "level of a reference"));
    return logs;
}

/// Logarithms of levels, what they are in the median campaign, and how far each campaign is from
/// it.
class Scale {
  public:
    explicit Scale(const ReferenceLevels& levels) : width_(levels.references) {
        if (width_ == 0 || levels.values.size() % width_ != 0)
            throw DataError(message("levels: ", levels.values.size(), " values of ", width_,
                                    " references, a row for each campaign expected"));
        logs_ = logs_of_levels(levels.values);
        campaigns_ = logs_.size() / width_;
        set_ratios();
        set_shifts();
    }

    [[nodiscard]] const std::vector<double>& shifts() const { return shifts_; }

    /// ln of the factor; NaN where the reference was not measured.
    [[nodiscard]] double log_factor(std::size_t i) const { return level(i % width_) - logs_[i]; }
    /// ln of what a reference takes on the common scale; NaN where no campaign measured it.
    [[nodiscard]] double level(std::size_t r) const {
        return r < width_ ? ratios_[r] + middle_ : nan_level;
    }
    [[nodiscard]] std::size_t size() const { return logs_.size(); }
    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] std::size_t campaigns() const { return campaigns_; }

  private:
    [[nodiscard]] double log(std::size_t c, std::size_t r) const { return logs_[c * width_ + r]; }

    /// Of each reference ln of its level over that of the one that most campaigns have.
    void set_ratios() {
        std::size_t base = 0;
        std::size_t most = 0;
        for (std::size_t r = 0; r < width_; ++r) {
            const std::size_t known = known_of(column(r)).size();
            if (known > most) {
                most = known;
                base = r;
            }
        }
        for (std::size_t r = 0; r < width_; ++r) {
            std::vector<double> ratios = column(r);
            for (std::size_t c = 0; c < campaigns_; ++c)
                ratios[c] -= log(c, base);
            const double ratio = median_of_known(ratios);
            // One that never met the others is taken as it is.
            ratios_.push_back(std::isnan(ratio)
                                  ? median_of_known(column(r)) - median_of_known(column(base))
                                  : ratio);
        }
    }

    void set_shifts() {
        for (std::size_t c = 0; c < campaigns_; ++c) {
            std::vector<double> each;
            for (std::size_t r = 0; r < width_; ++r)
                each.push_back(log(c, r) - ratios_[r]);
            shifts_.push_back(median_of_known(each));
        }
        middle_ = median_of_known(shifts_);
        for (double& shift : shifts_)
            shift -= middle_;
    }

    [[nodiscard]] std::vector<double> column(std::size_t r) const {
        std::vector<double> values;
        for (std::size_t c = 0; c < campaigns_; ++c)
            values.push_back(log(c, r));
        return values;
    }

    std::size_t width_ = 0, campaigns_ = 0;
    std::vector<double> logs_, ratios_, shifts_;
    double middle_ = 0;
};

}  // namespace

double pair_noise(std::span<const double> first, std::span<const double> second) {
    if (first.empty() || first.size() != second.size())
        throw DataError(message("label noise: ", first.size(), " first and ", second.size(),
                                " second labels, pairs expected"));
    std::vector<double> sizes(first.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        sizes[i] = std::abs(log_of(second[i], "label") - log_of(first[i], "label"));
    // 0.6745: the median of the absolute value of a standard normal variable.
    const double robust = median(sizes) / 0.6745;
    double total = 0;
    for (const double size : sizes) {
        const double kept = robust > 0 ? std::min(size, most_deviations * robust) : size;
        total += kept * kept;
    }
    return std::sqrt(total / static_cast<double>(sizes.size()) / 2);
}

std::vector<double> level_factors(const ReferenceLevels& levels) {
    const Scale scale(levels);
    std::vector<double> factors;
    for (std::size_t i = 0; i < scale.size(); ++i) {
        const double factor = scale.log_factor(i);
        factors.push_back(std::isnan(factor) ? 1.0 : std::exp(factor));
    }
    return factors;
}

std::vector<double> level_shifts(const ReferenceLevels& levels) {
    std::vector<double> shifts = Scale(levels).shifts();
    for (double& shift : shifts)
        shift = 100 * std::expm1(shift);
    return shifts;
}

std::vector<double> level_tilts(const ReferenceLevels& levels) {
    const Scale scale(levels);
    std::vector<double> tilts;
    for (std::size_t c = 0; c < scale.campaigns(); ++c) {
        std::vector<double> each;
        for (std::size_t r = 0; r < scale.width(); ++r)
            each.push_back(scale.log_factor(c * scale.width() + r));
        each = known_of(each);
        const auto [least, most] = std::ranges::minmax_element(each);
        tilts.push_back(each.size() < 2 ? nan_level : 100 * std::expm1(*most - *least));
    }
    return tilts;
}

LaterScale later_scale(const ReferenceLevels& earlier, const LaterCampaign& later) {
    const Scale scale(earlier);
    std::vector<double> each = logs_of_levels(later.levels);
    for (std::size_t r = 0; r < each.size(); ++r)
        each[r] = scale.level(r) - each[r];
    const double common = median_of_known(each);
    LaterScale found{{}, 100 * std::expm1(-common)};
    for (const std::int64_t r : later.beside) {
        if (r < 0 || static_cast<std::size_t>(r) >= each.size())
            throw DataError(message("a row beside reference ", r, ", numbers below ", each.size(),
                                    " expected"));
        const double own = each[static_cast<std::size_t>(r)];
        const double factor = std::isnan(own) ? common : own;
        found.factors.push_back(std::isnan(factor) ? 1.0 : std::exp(factor));
    }
    return found;
}

}  // namespace latpred

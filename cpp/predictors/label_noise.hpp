// What labels of several campaigns are worth: their noise, and one scale for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace latpred {

/// Standard deviation of the logarithm of one label, from networks that were labelled twice: the
/// root of half the mean squared log ratio, where ratios beyond four robust deviations count as
/// four. DataError for no pair, pairs of different number, or values that are not positive.
double pair_noise(std::span<const double> first, std::span<const double> second);

/// Levels in ms of R references in C campaigns, one row a campaign; NaN where one was not measured.
struct ReferenceLevels {
    std::span<const double> values;
    std::size_t references = 0;
};

/// A latency is a ratio to a reference times that reference's level in the campaign. Of each
/// campaign and reference the factor that puts the reference's level on the scale of all in the
/// place of that one, C x R; 1 where it was not measured. On that scale references keep the ratios
/// that they have in the median campaign, so that a change of speed amid one, which its references
/// met at different times, tears no rows apart; the whole scale is that of the median campaign.
///
/// DataError for a number of values that R does not divide, or levels <= 0.
std::vector<double> level_factors(const ReferenceLevels& levels);

/// By how many percent each campaign was slower than the median one: its references' median. NaN
/// for campaigns without a level. Throws as `level_factors`.
std::vector<double> level_shifts(const ReferenceLevels& levels);

/// By how many percent the references of each campaign changed against each other, at the most,
/// beside their usual ratios. NaN where fewer than two were measured. Throws as `level_factors`.
std::vector<double> level_tilts(const ReferenceLevels& levels);

/// One campaign after those.
struct LaterCampaign {
    std::span<const double> levels;        ///< of its references in ms; NaN: not measured
    std::span<const std::int64_t> beside;  ///< of each row the number of its reference
};

struct LaterScale {
    std::vector<double> factors;  ///< of each row
    double shift = 0;  ///< percent by which the campaign was slower than the median one before
};

/// Factors that put the rows of a later campaign onto the scale of the earlier ones, which have not
/// its levels among theirs. A reference that was measured on one side only takes part in the change
/// of the others (their median); without any other the factors are 1 and the shift is NaN.
///
/// DataError for levels <= 0, or a reference beyond those of the campaign; as `level_factors`.
LaterScale later_scale(const ReferenceLevels& earlier, const LaterCampaign& later);

}  // namespace latpred

// What labels of several campaigns are worth: their noise, and one scale for all of them.
#pragma once

#include <cstddef>
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

}  // namespace latpred

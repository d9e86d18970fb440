#include "measurement/sentinel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr std::size_t fewest = 4;
constexpr std::size_t deciding = 4;
constexpr std::size_t memory = 60;
constexpr double least_sigma = 0.002;

struct Level {
    double centre;
    double sigma;
};

/// Of one component. Few values say little of their spread: sigma is widened for them. Bursts of
/// noise show in the outer deciles before they show in the median deviation.
Level level_of(std::span<const std::vector<double>> values, std::size_t component) {
    std::vector<double> column;
    for (const auto& value : values)
        column.push_back(value[component]);
    const double widening = 1.0 + 1.0 / static_cast<double>(column.size());
    const double sigma =
        std::max(robust_deviation(column), (quantile(column, 0.9) - quantile(column, 0.1)) / 2.563);
    return {median(column), std::max(sigma * widening, least_sigma)};
}

}  // namespace

Steadiness DriftTrack::add(std::vector<double> value) {
    if (values_.size() >= fewest && (!pending_.empty() || !moved_.empty() || doubtful(value))) {
        pending_.push_back(std::move(value));
        return decide();
    }
    values_.push_back(std::move(value));
    if (values_.size() > memory)
        values_.erase(values_.begin());
    return Steadiness::steady;
}

bool DriftTrack::doubtful(const std::vector<double>& value) {
    bool found = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto [centre, sigma] = level_of(values_, i);
        const double distance = value[i] - centre;
        up_[i] = std::max(0.0, up_[i] + distance / sigma - 0.5);
        down_[i] = std::max(0.0, down_[i] - distance / sigma - 0.5);
        found = found || std::abs(distance) > std::max(0.75 * least_change_, 1.75 * sigma) ||
                std::max(up_[i], down_[i]) > 5.0;
    }
    return found;
}

Steadiness DriftTrack::decide() {
    if (pending_.size() <= deciding)
        return Steadiness::in_doubt;
    const auto judged = std::span(pending_).last(deciding);
    const double part = moved_.empty() ? 1.0 : 0.5;  // to come back it must come most of the way
    bool changed = false;
    double largest = 0.0;
    for (std::size_t i = 0; i < up_.size(); ++i) {
        const auto [centre, sigma] = level_of(values_, i);
        const double moved = level_of(judged, i).centre - centre;
        changed = changed || std::abs(moved) > part * std::max(least_change_, 1.6 * sigma);
        largest = std::abs(moved) > std::abs(largest) ? moved : largest;
    }
    moved_.clear();
    if (changed) {
        change_ = std::expm1(largest);
        moved_.assign(judged.begin(), judged.end());
    } else {
        values_.push_back(judged.front());  // one of them: all would hide a change not yet found
    }
    pending_.clear();
    std::ranges::fill(up_, 0.0);
    std::ranges::fill(down_, 0.0);
    return changed ? Steadiness::changed : Steadiness::steady;
}

void DriftTrack::accept() {
    values_ = std::move(moved_);
    moved_.clear();
    pending_.clear();
}

DriftSentinel::DriftSentinel(std::size_t references, double precision)
    : references_(references), clean_(references - 1, std::max(0.02, 0.8 * precision)),
      fallback_(references - 1, std::max(0.02, 0.8 * precision)) {}

Steadiness DriftSentinel::add(std::span<const Leg> legs) {
    if (references_ < 2)
        return Steadiness::steady;
    const bool clean =
        std::ranges::none_of(legs, [](const Leg& leg) { return std::isnan(leg.clean_ms); });
    const auto time = clean ? &Leg::clean_ms : &Leg::fallback_ms;
    std::vector<double> value;
    for (const Leg& leg : legs.subspan(1))
        value.push_back(std::log(leg.*time / (legs.front().*time)));
    DriftTrack& track = clean ? clean_ : fallback_;
    const Steadiness found = track.add(std::move(value));
    if (found == Steadiness::changed)
        change_ = track.change();
    return found;
}

void DriftSentinel::accept() {
    clean_.accept();
    fallback_.accept();
}

}  // namespace latpred

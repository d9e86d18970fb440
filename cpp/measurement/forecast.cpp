#include "measurement/forecast.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "measurement/estimate.hpp"

namespace latpred {
namespace {

constexpr int first_guess = 12;  // visits: what `default` takes on a calm machine

/// The first count of the meter's grid from `visits` on.
int look_from(double visits, const Effort& effort) {
    int look = static_cast<int>(std::ceil(std::min<double>(visits, effort.most_visits)));
    while (look < effort.most_visits && !is_look(look))
        ++look;
    return look;
}

}  // namespace

Forecast::Forecast(const Effort& effort, Scope scope, std::size_t networks)
    : effort_(effort), scope_(scope), known_(networks) {}

void Forecast::looked(std::size_t network, std::span<const Visit> visits, int made) {
    const auto counted = static_cast<double>(visits.size());
    const double half_width = estimate_ratio(visits, effort_, scope_).relative_half_width();
    double wanted = counted + 1.0;
    if (std::isfinite(half_width) && effort_.precision > 0.0)
        wanted = std::max(wanted, counted * std::pow(half_width / effort_.precision, 2.0));
    const double apart = made - counted;
    set(network, {true, look_from(wanted, effort_) + apart,
                  std::isfinite(half_width) ? 100.0 * half_width : 0.0});
}

void Forecast::finished(std::size_t network, int made, double half_width_percent) {
    ++finished_;
    set(network, {true, static_cast<double>(made),
                  std::isfinite(half_width_percent) ? half_width_percent : 0.0});
}

void Forecast::set(std::size_t network, Known known) {
    Known& before = known_[network];
    counted_ += (known.counted ? 1.0 : 0.0) - (before.counted ? 1.0 : 0.0);
    measured_ += (known.half_width > 0.0 ? 1.0 : 0.0) - (before.half_width > 0.0 ? 1.0 : 0.0);
    visits_ += known.visits - before.visits;
    half_widths_ += known.half_width - before.half_width;
    before = known;
}

std::size_t Forecast::expected(double spent) const {
    const std::size_t open = known_.size() - finished_;
    if (open == 0)
        return done_;
    const double guess =
        effort_.precision > 0.0 ? std::min(first_guess, effort_.most_visits) : effort_.most_visits;
    const double usual = counted_ == 0.0 ? guess : visits_ / counted_;
    double all = visits_ + usual * (static_cast<double>(known_.size()) - counted_);
    if (spent > 0.0)
        all = std::min(all, static_cast<double>(done_) / spent);
    return std::max(static_cast<std::size_t>(std::ceil(all)), done_ + 1);
}

std::string Forecast::text() const {
    std::string networks = message(finished_, " of ", known_.size(), " networks");
    if (measured_ == 0.0)
        return networks;
    const double mean = half_widths_ / measured_;
    return message(networks, ", ±", std::round(10.0 * mean) / 10.0, " %");
}

}  // namespace latpred

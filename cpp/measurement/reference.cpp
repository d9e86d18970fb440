#include "measurement/reference.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double calm_share = 0.9;
constexpr double calm_pressure = 5.0;
constexpr std::size_t enough_legs = 6;
constexpr std::size_t enough_passes = 3;

template <class Work>
auto reference_guarded(const Runnable& reference, const Work& work) {
    try {
        return work();
    } catch (const RunnableFailure& failure) {
        throw MeasurementError(
            message("reference ", reference.name(), " cannot be measured: ", failure.reason));
    }
}

/// The estimate, with the range of the values where there are enough for an interval of independent
/// values but, as neighbours correlate, too few for one of these.
Estimate with_range(Estimate estimate, std::span<const double> values, double alpha) {
    if (std::isnan(estimate.low) && sign_test_rank(values.size(), alpha) > 0) {
        estimate.low = std::ranges::min(values);
        estimate.high = std::ranges::max(values);
    }
    return estimate;
}

}  // namespace

References::References(Sampler& sampler, std::span<Runnable* const> runnables, int samples)
    : sampler_(sampler), runnables_(runnables.begin(), runnables.end()), samples_(samples) {}

void References::prepare() {
    if (prepared_)
        return;
    const bool known = runs_.size() == runnables_.size();
    runs_.resize(runnables_.size(), 1);
    for (std::size_t i = 0; i < runnables_.size(); ++i) {
        Runnable& runnable = *runnables_[i];
        reference_guarded(runnable, [&] {
            guarded([&] { runnable.prepare(); });
            if (!known)
                runs_[i] = sampler_.calibrate(runnable);
            sampler_.warm_up(runnable, runs_[i], 5);
        });
    }
    prepared_ = true;
}

/// One warm-up run: the leg follows another network, whose data fill the caches.
Leg References::leg(std::size_t which) {
    prepare();
    Runnable& runnable = *runnables_[which];
    return reference_guarded(runnable, [&] {
        sampler_.warm_up(runnable, runs_[which], 1);
        return sampler_.leg(runnable, runs_[which], samples_);
    });
}

ReferenceScale::ReferenceScale(std::size_t references, Effort effort, Scope scope)
    : effort_(std::move(effort)), scope_(scope), all_(references), calm_(references),
      links_(references), sweep_(references), sweep_links_(references), recent_(references),
      recent_values_(references) {}

void ReferenceScale::Times::add(double clean_time, double fallback_time) {
    if (!std::isnan(clean_time))
        clean.push_back(clean_time);
    fallback.push_back(fallback_time);
}

void ReferenceScale::Times::add(const Times& others) {
    clean.insert(clean.end(), others.clean.begin(), others.clean.end());
    fallback.insert(fallback.end(), others.fallback.begin(), others.fallback.end());
}

void ReferenceScale::add(const VisitRecord& record) {
    for (std::size_t i = record.shared ? 1 : 0; i < record.legs.size(); ++i) {
        const auto& [subject, leg] = record.legs[i];
        sweep_samples_ += leg.samples;
        sweep_clean_ += leg.clean_samples;
        if (subject == the_network)
            continue;
        samples_ += leg.samples;
        clean_samples_ += leg.clean_samples;
        const auto which = static_cast<std::size_t>(subject);
        sweep_[which].add(std::log(leg.clean_ms), std::log(leg.fallback_ms));
    }
    if (!std::isnan(record.pressure))
        sweep_pressure_ = std::max(sweep_pressure_, record.pressure);
    if (record.kind != RecordKind::sentinel)
        return;
    const auto is_main = [&](const LegRecord& leg) {
        return leg.subject == static_cast<int>(main_reference(all_.size()));
    };
    const Leg& main = std::ranges::find_if(record.legs, is_main)->leg;
    for (const auto& [subject, leg] : record.legs) {
        sweep_links_[static_cast<std::size_t>(subject)].add(
            std::log(leg.clean_ms / main.clean_ms), std::log(leg.fallback_ms / main.fallback_ms));
    }
}

void ReferenceScale::end_sweep(bool counts) {
    const bool calm =
        sweep_clean_ >= calm_share * sweep_samples_ && sweep_pressure_ < calm_pressure;
    for (std::size_t i = 0; i < sweep_.size(); ++i) {
        if (counts) {
            all_[i].add(sweep_[i]);
            links_[i].add(sweep_links_[i]);
        }
        if (counts && calm)
            calm_[i].add(sweep_[i]);
        sweep_[i] = {};
        sweep_links_[i] = {};
    }
    sweep_samples_ = 0;
    sweep_clean_ = 0;
    sweep_pressure_ = 0.0;
}

Estimate ReferenceScale::estimate(const Times& times) const {
    estimated_ += times.clean.size() + times.fallback.size();
    const Estimate found = robust_estimate(times.clean, times.fallback, effort_, scope_);
    const bool clean = found.kind == TimeKind::wall;
    return with_range(found, clean ? times.clean : times.fallback, effort_.alpha);
}

ReferenceResult ReferenceScale::result(std::size_t which) const {
    const std::size_t main = main_reference(all_.size());
    const auto passes = links_[which].fallback.size();
    const bool linked = which != main && passes >= enough_passes;
    const std::size_t base = linked ? main : which;
    ReferenceResult result;
    result.calm = calm_[base].clean.size() >= enough_legs;
    Estimate scale = estimate(result.calm ? calm_[base] : all_[base]);
    if (linked) {
        const Estimate link = estimate(links_[which]);
        const double down = std::hypot(scale.value - scale.low, link.value - link.low);
        const double up = std::hypot(scale.high - scale.value, link.high - link.value);
        scale.value += link.value;
        scale.low = scale.value - down;
        scale.high = scale.value + up;
    }
    result.latency_ms = std::exp(scale.value);
    result.low_ms = std::exp(scale.low);
    result.high_ms = std::exp(scale.high);
    result.time = scale.kind;
    result.legs = static_cast<int>(all_[which].fallback.size());
    result.clean_legs = static_cast<int>(all_[which].clean.size());
    return result;
}

/// All values that `result` takes into account.
std::size_t ReferenceScale::values(std::size_t which) const {
    const Times& main = all_[main_reference(all_.size())];
    return main.fallback.size() + all_[which].fallback.size() + links_[which].fallback.size();
}

const ReferenceResult& ReferenceScale::recent(std::size_t which) {
    const std::size_t now = values(which);
    if (recent_values_[which] == 0 || 16 * (now - recent_values_[which]) > now) {
        recent_[which] = result(which);
        recent_values_[which] = now;
    }
    return recent_[which];
}

}  // namespace latpred

#include "measurement/reference.hpp"

#include <cmath>

#include "base/text.hpp"

namespace latpred {
namespace {

template <class Work>
auto reference_guarded(const Runnable& reference, const Work& work) {
    try {
        return work();
    } catch (const RunnableFailure& failure) {
        throw MeasurementError(
            message("reference ", reference.name(), " cannot be measured: ", failure.reason));
    }
}

}  // namespace

ReferenceTrack::ReferenceTrack(Sampler& sampler, Runnable& reference, const MeterOptions& options)
    : sampler_(sampler), reference_(reference), options_(options) {
    reference_guarded(reference_, [&] {
        guarded([&] { reference_.prepare(); });
        runs_ = sampler_.calibrate(reference_);
        sampler_.warm_up(reference_, runs_, 5);
    });
}

const Leg& ReferenceTrack::leg_before() {
    return fresh_ ? last_ : leg_after();
}

/// One warm-up run: the leg follows another network, whose data fill the caches.
const Leg& ReferenceTrack::leg_after() {
    last_ = reference_guarded(reference_, [&] {
        sampler_.warm_up(reference_, runs_, 1);
        return sampler_.leg(reference_, runs_, options_.effort.samples);
    });
    fresh_ = true;
    samples_ += last_.samples;
    clean_samples_ += last_.clean_samples;
    log_fallback_.push_back(std::log(last_.fallback_ms));
    if (!std::isnan(last_.clean_ms))
        log_clean_.push_back(std::log(last_.clean_ms));
    return last_;
}

ReferenceResult ReferenceTrack::result() const {
    const Estimate estimate =
        robust_estimate(log_clean_, log_fallback_, options_.effort, options_.scope);
    return {.name = reference_.name(),
            .latency_ms = std::exp(estimate.value),
            .low_ms = std::exp(estimate.low),
            .high_ms = std::exp(estimate.high),
            .time = estimate.kind,
            .legs = static_cast<int>(log_fallback_.size()),
            .clean_legs = static_cast<int>(log_clean_.size())};
}

void set_scale(NetworkResult& row, const ReferenceResult& reference) {
    const auto distance = [](double a, double b) { return std::log(a / b); };
    const double down = std::hypot(distance(row.ratio, row.ratio_low),
                                   distance(reference.latency_ms, reference.low_ms));
    const double up = std::hypot(distance(row.ratio_high, row.ratio),
                                 distance(reference.high_ms, reference.latency_ms));
    row.latency_ms = row.ratio * reference.latency_ms;
    row.low_ms = row.latency_ms * std::exp(-down);
    row.high_ms = row.latency_ms * std::exp(up);
}

}  // namespace latpred

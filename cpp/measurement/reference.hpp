// The reference network that every visit is measured beside.
#pragma once

#include <vector>

#include "measurement/meter.hpp"

namespace latpred {

/// Takes legs of the reference and keeps what they say. MeasurementError if the reference fails.
class ReferenceTrack {
  public:
    ReferenceTrack(Sampler& sampler, Runnable& reference, const MeterOptions& options);

    /// A leg that ended just now: the last one if nothing came between, else a new one.
    const Leg& leg_before();
    const Leg& leg_after();
    /// Something other than a visit comes next: do not share the last leg.
    void interrupt() { fresh_ = false; }

    [[nodiscard]] ReferenceResult result() const;
    [[nodiscard]] int samples() const { return samples_; }
    [[nodiscard]] int clean_samples() const { return clean_samples_; }

  private:
    Sampler& sampler_;
    Runnable& reference_;
    const MeterOptions& options_;
    int runs_ = 1;
    bool fresh_ = false;
    Leg last_;
    std::vector<double> log_clean_;
    std::vector<double> log_fallback_;
    int samples_ = 0;
    int clean_samples_ = 0;
};

/// Puts the row's ratio on the reference's scale: its latency with an interval that holds the
/// uncertainty of both (in quadrature, in the logarithm).
void set_scale(NetworkResult& row, const ReferenceResult& reference);

}  // namespace latpred

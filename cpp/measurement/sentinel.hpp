// Watches the references against each other: what changes there does not cancel in any ratio.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "measurement/sampler.hpp"

namespace latpred {

enum class Steadiness : std::uint8_t {
    steady,
    in_doubt,  ///< another value is needed now
    changed,   ///< since the last steady value
};

/// A series of vectors that should stay where it is.
///
/// A value that deviates by more than 2 sigma and 1.5 %, or a cumulated sum (Page's CUSUM with
/// k = sigma / 2, h = 5 sigma) raises doubt; three more values then decide: the series has changed
/// where the mean of the four deviates by more than 3 sigma / sqrt(4) and 1.5 %. (One value against
/// a fixed 3 % finds little on a calm machine and raises alarms all the time on a busy one.)
class DriftTrack {
  public:
    explicit DriftTrack(std::size_t width) : up_(width, 0.0), down_(width, 0.0) {}

    /// Always steady for the first four values.
    Steadiness add(std::vector<double> value);
    /// Forgets all but the values that decided last, where these decided for a change.
    void accept();
    /// The largest component of the last change.
    [[nodiscard]] double change() const { return change_; }

  private:
    bool doubtful(const std::vector<double>& value);
    Steadiness decide();

    std::vector<std::vector<double>> values_;
    std::vector<std::vector<double>> pending_;
    std::vector<std::vector<double>> moved_;  ///< the values of the last change
    std::vector<double> up_, down_;           ///< cumulated sums
    double change_ = 0.0;
};

/// Fed with passes, a leg of each reference one after the other. Clean times and fallback times
/// are judged each with their own kind.
class DriftSentinel {
  public:
    explicit DriftSentinel(std::size_t references);

    /// Always steady with one reference.
    Steadiness add(std::span<const Leg> legs);
    /// Takes what was seen last for the normal state from now on.
    void accept();
    /// The last change that was found, relative.
    [[nodiscard]] double change() const { return change_; }

  private:
    std::size_t references_;
    DriftTrack clean_;
    DriftTrack fallback_;
    double change_ = 0.0;
};

}  // namespace latpred

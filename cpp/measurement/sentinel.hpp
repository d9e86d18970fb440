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
/// A value that deviates by more than 1.75 sigma and three quarters of `least_change`, or a
/// cumulated sum (Page's CUSUM with k = sigma / 2, h = 5 sigma) raises doubt. Four more values, not
/// the one that raised it, then decide: the series has changed where their median deviates by more
/// than 1.6 sigma and `least_change`; to be back, it must come closer than half of that. (One value
/// against a fixed limit finds little on a calm machine and raises alarms all the time on a busy
/// one.)
class DriftTrack {
  public:
    DriftTrack(std::size_t width, double least_change)
        : least_change_(least_change), up_(width, 0.0), down_(width, 0.0) {}

    /// Always steady for the first four values.
    Steadiness add(std::vector<double> value);
    /// Forgets all but the values that decided last, where these decided for a change.
    void accept();
    /// The largest component of the last change.
    [[nodiscard]] double change() const { return change_; }

  private:
    bool doubtful(const std::vector<double>& value);
    Steadiness decide();

    double least_change_;
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
    /// Looks for changes of 2 %, or of 0.8 times the precision where that is more.
    DriftSentinel(std::size_t references, double precision);

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

// A device that works beside the processor, with times that are given: for tests of waiting.
#pragma once

#include <memory>

#include "measurement/synthetic.hpp"

namespace latpred {

/// While it lives, torch's device "meta" (which computes shapes only) has a stream and events: each
/// event recorded on it is due when `pass_ms` of work more is done, and waiting for it lets the
/// clock's wall time, not its CPU time, go on until then.
class SyntheticAccelerator {
  public:
    /// ConfigError for a second one, or where `pass_ms` is not above 0.
    SyntheticAccelerator(std::shared_ptr<SyntheticClock> clock, double pass_ms);
    ~SyntheticAccelerator();
    SyntheticAccelerator(const SyntheticAccelerator&) = delete;
    SyntheticAccelerator& operator=(const SyntheticAccelerator&) = delete;

    [[nodiscard]] int records() const;  ///< events recorded so far
    [[nodiscard]] int waits() const;    ///< events waited for so far

    struct Queue;  ///< of work given and not done

  private:
    std::unique_ptr<Queue> queue_;
};

}  // namespace latpred

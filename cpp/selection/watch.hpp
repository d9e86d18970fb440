// Progress of many fits as one.
#pragma once

#include "base/monitor.hpp"

namespace latpred {

/// Passes polls on, so that the fit inside can be cancelled, and keeps its progress to itself.
class PollOnly final : public Monitor {
  public:
    explicit PollOnly(Monitor& outer) : outer_(outer) {}
    void poll() override { outer_.poll(); }

  private:
    Monitor& outer_;
};

}  // namespace latpred

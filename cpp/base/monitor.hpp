// How long work reports progress and learns that it shall stop.
#pragma once

#include <cstddef>
#include <string_view>

namespace latpred {

/// The default does nothing. `poll` is called on the calling thread only, each minibatch, visit,
/// generation or operator; it throws to cancel. Both must be cheap enough for that.
class Monitor {
  public:
    Monitor() = default;
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    virtual ~Monitor() = default;

    /// `done` of `total` steps are finished; `what` is a short text for the progress bar.
    virtual void progress(std::size_t /*done*/, std::size_t /*total*/, std::string_view /*what*/) {}

    virtual void poll() {}

    /// A monitor that does nothing, for callers without one.
    static Monitor& none();
};

}  // namespace latpred

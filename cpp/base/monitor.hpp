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

    /// The monitor of the call that this thread works in, which does nothing outside of any. What
    /// takes long and is not given a monitor polls this one.
    static Monitor& current();
};

/// Makes a monitor the current one of this thread while it lives.
class MonitorScope {
  public:
    explicit MonitorScope(Monitor& monitor);
    MonitorScope(const MonitorScope&) = delete;
    MonitorScope& operator=(const MonitorScope&) = delete;
    ~MonitorScope();

  private:
    Monitor* outer_;
};

/// Passes everything on to the monitor that was current before, and knows whether that one threw.
/// For code that takes an exception of the work within for a failure of that work: an end that was
/// asked for is none, whatever its type.
class InterruptWatch final : public Monitor {
  public:
    void progress(std::size_t done, std::size_t total, std::string_view what) override;
    void poll() override;
    [[nodiscard]] bool interrupted() const { return interrupted_; }

  private:
    Monitor& watched_ = Monitor::current();
    bool interrupted_ = false;
    MonitorScope scope_{*this};
};

/// Polls the current monitor each `every` steps of a loop whose steps are short.
class Pulse {
  public:
    explicit Pulse(std::size_t every) : every_(every) {}

    void operator()() {
        if (++steps_ < every_)
            return;
        steps_ = 0;
        monitor_.poll();
    }

  private:
    Monitor& monitor_ = Monitor::current();
    std::size_t every_;
    std::size_t steps_ = 0;
};

}  // namespace latpred

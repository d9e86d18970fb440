// The monitor of calls from Python: Ctrl-C and progress callbacks.
#pragma once

#include <chrono>
#include <optional>

#include "base/monitor.hpp"
#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// The monitor of the trial that this thread works on, if any: what the trial calls ends with it.
inline thread_local Monitor* enclosing_monitor = nullptr;

/// Takes the GIL at most every 20 ms to see Ctrl-C, and every 100 ms to report progress to a
/// callable (done, total, what). Use with the GIL released, on the calling thread.
class PythonMonitor final : public Monitor {
  public:
    explicit PythonMonitor(std::optional<py::function> callback) : callback_(std::move(callback)) {}

    void progress(std::size_t done, std::size_t total, std::string_view what) override {
        const auto now = Clock::now();
        if (!callback_ || (done != total && now - reported_ < std::chrono::milliseconds(100)))
            return;
        reported_ = now;
        const py::gil_scoped_acquire gil;
        (*callback_)(done, total, std::string(what));
    }

    void poll() override {
        if (enclosing_monitor != nullptr)
            enclosing_monitor->poll();
        const auto now = Clock::now();
        if (now - polled_ < std::chrono::milliseconds(20))
            return;
        polled_ = now;
        const py::gil_scoped_acquire gil;
        if (PyErr_CheckSignals() != 0)
            throw py::error_already_set();
    }

  private:
    using Clock = std::chrono::steady_clock;
    std::optional<py::function> callback_;
    Clock::time_point polled_ = Clock::now();
    Clock::time_point reported_{};
};

}  // namespace latpred::bindings

// The monitor of calls from Python: Ctrl-C and progress callbacks.
#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/float_mode.hpp"
#include "base/monitor.hpp"

namespace py = pybind11;

namespace latpred::bindings {

/// For tests: how often the calls of a thread asked whether to stop, how long they did not, and an
/// interrupt at a chosen time.
struct PollProbe {
    std::size_t interrupt_at = 0;  ///< poll from 1 at which Ctrl-C seems to come; 0: none
    std::size_t polls = 0;
    double longest_ms = 0.0;  ///< CPU time of this thread between two polls or ends of calls
    double last_ms = 0.0;

    static double now_ms() {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
    }
    void begin() { last_ms = now_ms(); }
    void end() {
        const double now = now_ms();
        longest_ms = std::max(longest_ms, now - last_ms);
        last_ms = now;
    }
    void poll() {
        end();
        if (++polls != interrupt_at)
            return;
        const py::gil_scoped_acquire gil;
        PyErr_SetNone(PyExc_KeyboardInterrupt);
        throw py::error_already_set();
    }
};

inline thread_local PollProbe* poll_probe = nullptr;

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
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        (*callback_)(done, total, std::string(what));
    }

    void poll() override {
        if (poll_probe != nullptr)
            poll_probe->poll();
        if (enclosing_monitor != nullptr)
            enclosing_monitor->poll();
        const auto now = Clock::now();
        if (now - polled_ < std::chrono::milliseconds(20))
            return;
        polled_ = now;
        const HostFloatMode host;
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

/// What is called while it lives finds a monitor of Python in `Monitor::current()`; also for code
/// that holds the GIL.
class Watched {
  public:
    Watched() {
        if (poll_probe != nullptr)
            poll_probe->begin();
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    ~Watched() {
        if (poll_probe != nullptr)
            poll_probe->end();
    }

  private:
    PythonMonitor monitor_{std::nullopt};
    MonitorScope scope_{monitor_};
};

/// Releases the GIL for a call that Ctrl-C can end.
class Cancellable {
  private:
    py::gil_scoped_release release_;
    Watched watched_;
};

}  // namespace latpred::bindings

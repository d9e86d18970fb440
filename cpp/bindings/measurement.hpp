// What the two binding files of the room measurement share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "bindings/bindings.hpp"
#include "bindings/monitor.hpp"
#include "measurement/meter.hpp"

namespace latpred::bindings {

/// Calls a Python callable with each finished row and the reference as measured so far.
class PythonEvents final : public CampaignEvents {
  public:
    explicit PythonEvents(std::optional<py::function> callback) : callback_(std::move(callback)) {}

    void finished(const NetworkResult& row, const ReferenceResult& reference) override {
        if (!callback_)
            return;
        const py::gil_scoped_acquire gil;
        (*callback_)(row, reference);
    }

  private:
    std::optional<py::function> callback_;
};

/// KeyboardInterrupt and the like, on their way through code that takes every std::exception of a
/// runnable for that runnable's failure.
struct PythonInterrupt {
    std::exception_ptr pending;
};

/// What every measuring function takes.
struct MeterArguments {
    std::shared_ptr<Clock> clock;
    MeterOptions options;
    std::optional<py::function> on_result;
    std::optional<py::function> progress;
};

/// Runs the campaign with the GIL released.
Campaign measure(const MeterArguments& arguments, std::size_t count, const MakeRunnable& make,
                 Runnable& reference);

#ifdef LATPRED_TORCH
void bind_measurement_networks(py::module_& m);
#endif

}  // namespace latpred::bindings

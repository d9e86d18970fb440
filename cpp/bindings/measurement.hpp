// What the binding files of the room measurement share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/monitor.hpp"
#include "measurement/meter.hpp"

namespace latpred::bindings {

/// Calls Python with each finished row and its reference as measured so far, and with each step.
class PythonEvents final : public CampaignEvents {
  public:
    using Callback = std::optional<py::function>;
    PythonEvents(Callback on_result, Callback on_visit)
        : on_result_(std::move(on_result)), on_visit_(std::move(on_visit)) {}

    void visited(const VisitRecord& record) override {
        if (!on_visit_)
            return;
        const py::gil_scoped_acquire gil;
        (*on_visit_)(record);
    }
    void finished(const NetworkResult& row, const ReferenceResult& reference) override {
        if (!on_result_)
            return;
        const py::gil_scoped_acquire gil;
        (*on_result_)(row, reference);
    }

  private:
    Callback on_result_;
    Callback on_visit_;
};

/// KeyboardInterrupt and the like, on their way through code that takes every std::exception of a
/// runnable for that runnable's failure.
struct PythonInterrupt {
    std::exception_ptr pending;
};

/// Calls `work`, which runs such runnables; what interrupts it goes on to Python.
template <class Work>
auto passing_interrupts(const Work& work) {
    try {
        return work();
    } catch (const PythonInterrupt& interrupt) {
        std::rethrow_exception(interrupt.pending);
    }
}

/// A bound C++ runnable, a callable, or an object with `run` and perhaps `prepare` and `name`.
/// ConfigError for anything else. Call with the GIL held.
std::unique_ptr<Runnable> to_runnable(const py::object& work);

/// What every measuring function takes.
struct MeterArguments {
    std::shared_ptr<Clock> clock;
    MeterOptions options;
    std::optional<py::function> on_result;
    std::optional<py::function> on_visit;
    std::optional<py::function> progress;
    std::vector<VisitRecord> earlier;
};

/// Runs the campaign, beside the earlier records of the arguments, with the GIL released.
Campaign measure(const MeterArguments& arguments, CampaignPlan plan);

void bind_measurement_rows(py::module_& m);
void bind_measurement_records(py::module_& m);
void bind_measurement_runnables(py::module_& m);
void bind_measurement_tools(py::module_& m);
#ifdef LATPRED_TORCH
void bind_measurement_networks(py::module_& m);
#endif

}  // namespace latpred::bindings

#include "bindings/measurement.hpp"

#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "measurement/device.hpp"
#include "measurement/pairing.hpp"
#include "measurement/synthetic.hpp"

namespace latpred::bindings {
namespace {

/// A callable, or an object with `run` and perhaps `prepare` and `name`, as a runnable.
class PythonRunnable final : public Runnable {
  public:
    explicit PythonRunnable(py::object work) : work_(std::move(work)) {
        run_ = py::hasattr(work_, "run") ? work_.attr("run") : work_;
        if (PyCallable_Check(run_.ptr()) == 0)
            throw ConfigError("runnable: a callable or an object with run() expected");
        for (const char* attribute : {"name", "__qualname__"}) {
            if (name_.empty() && py::hasattr(work_, attribute))
                name_ = py::str(work_.attr(attribute));
        }
        if (name_.empty())
            name_ = py::repr(work_);
    }
    ~PythonRunnable() override {
        const py::gil_scoped_acquire gil;
        run_ = {};
        work_ = {};
    }

    void prepare() override {
        const py::gil_scoped_acquire gil;
        if (py::hasattr(work_, "prepare"))
            call(work_.attr("prepare"));
    }
    void run() override {
        const py::gil_scoped_acquire gil;
        call(run_);
    }
    [[nodiscard]] std::string name() const override { return name_; }

  private:
    static void call(const py::object& work) {
        try {
            work();
        } catch (py::error_already_set& error) {
            if (error.matches(PyExc_Exception))
                throw;
            throw PythonInterrupt{std::current_exception()};
        }
    }

    py::object work_;
    py::object run_;
    std::string name_;
};

/// A bound C++ runnable that Python owns.
class SharedRunnable final : public Runnable {
  public:
    explicit SharedRunnable(std::shared_ptr<Runnable> target) : target_(std::move(target)) {}
    void prepare() override { target_->prepare(); }
    void run() override { target_->run(); }
    [[nodiscard]] std::string name() const override { return target_->name(); }

  private:
    std::shared_ptr<Runnable> target_;
};

std::unique_ptr<Runnable> to_runnable(const py::object& work) {
    if (py::isinstance<Runnable>(work))
        return std::make_unique<SharedRunnable>(work.cast<std::shared_ptr<Runnable>>());
    return std::make_unique<PythonRunnable>(work);
}

Campaign measure_runnables(const std::vector<py::object>& runnables, const py::object& reference,
                           const MeterArguments& arguments, std::vector<std::size_t> pairing) {
    CampaignPlan plan;
    std::vector<std::unique_ptr<Runnable>> beside;
    if (py::isinstance<py::list>(reference)) {
        for (const py::handle one : reference)
            beside.push_back(to_runnable(py::reinterpret_borrow<py::object>(one)));
    } else {
        beside.push_back(to_runnable(reference));
    }
    for (const auto& one : beside)
        plan.references.push_back(one.get());
    plan.count = runnables.size();
    plan.pairing = std::move(pairing);
    plan.make = [&](std::size_t index) {
        const py::gil_scoped_acquire gil;
        return to_runnable(runnables[index]);
    };
    return measure(arguments, std::move(plan));
}

template <class T>
std::vector<T> column(const py::object& given, std::size_t rows, T otherwise) {
    if (given.is_none())
        return std::vector<T>(rows, otherwise);
    const auto array = given.cast<Array<T>>();
    if (static_cast<std::size_t>(array.size()) != rows) {
        throw ConfigError(message("scripted runnable: a column of ", array.size(),
                                  " values beside ", rows, " of wall_ms"));
    }
    return {array.data(), array.data() + array.size()};
}

std::shared_ptr<ScriptedRunnable> scripted(std::string name, SyntheticClock& clock,
                                           const Array<double>& wall_ms, const py::object& cpu_ms,
                                           const py::object& switches) {
    const auto rows = static_cast<std::size_t>(wall_ms.size());
    const auto interruptions = column<std::int64_t>(switches, rows, 0);
    std::vector<Lapse> lapses(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        lapses[i].wall_ns = std::llround(wall_ms.data()[i] * 1e6);
        lapses[i].involuntary_switches = interruptions[i];
        lapses[i].cpu_ns = lapses[i].wall_ns;
    }
    if (!cpu_ms.is_none()) {
        const auto cpu = column<double>(cpu_ms, rows, 0.0);
        for (std::size_t i = 0; i < rows; ++i)
            lapses[i].cpu_ns = std::llround(cpu[i] * 1e6);
    }
    return std::make_shared<ScriptedRunnable>(std::move(name), clock, std::move(lapses));
}

void bind_clocks(py::module_& m) {
    py::enum_<Scope>(m, "Scope", "Whose CPU time and disturbances count.")
        .value("thread", Scope::thread)
        .value("process", Scope::process);
    py::class_<Clock, std::shared_ptr<Clock>>(m, "Clock", "Wall and CPU time and evidence.")
        .def("wall_ns", &Clock::wall_ns, "Nanoseconds since an arbitrary moment.")
        .def("cpu_ns", &Clock::cpu_ns, py::arg("scope") = Scope::thread,
             "Nanoseconds of CPU time used.")
        .def(
            "evidence",
            [](Clock& clock, Scope scope) {
                const Evidence now = clock.evidence(scope);
                return py::make_tuple(now.involuntary_switches, now.major_faults, now.processor);
            },
            py::arg("scope") = Scope::thread,
            "(involuntary context switches, major page faults, processor).")
        .def("pressure", &Clock::pressure,
             "Percent of the last 10 s in which work waited for a processor; NaN if not known.");
    py::class_<SystemClock, Clock, std::shared_ptr<SystemClock>>(m, "SystemClock",
                                                                 "The clocks of this machine.")
        .def(py::init<>());
    py::class_<SyntheticClock, Clock, std::shared_ptr<SyntheticClock>>(
        m, "SyntheticClock", "Stands still until advanced; for tests and simulations.")
        .def(py::init<>())
        .def(
            "advance",
            [](SyntheticClock& clock, double wall_ms, std::optional<double> cpu_ms, int switches,
               int faults, bool migrated) {
                clock.advance({std::llround(wall_ms * 1e6),
                               std::llround(cpu_ms.value_or(wall_ms) * 1e6), switches, faults,
                               migrated});
            },
            py::arg("wall_ms"), py::arg("cpu_ms") = py::none(), py::kw_only(),
            py::arg("switches") = 0, py::arg("faults") = 0, py::arg("migrated") = false,
            "Let time pass; as much CPU time as wall time unless given.")
        .def("set_pressure", &SyntheticClock::set_pressure, py::arg("percent"),
             "What `pressure` says from now on.");
    py::class_<SlowedClock, Clock, std::shared_ptr<SlowedClock>>(
        m, "SlowedClock", "This machine as if it took `factor` times as long; for tests.")
        .def(py::init<double>(), py::arg("factor"));
}

void bind_runnables(py::module_& m) {
    py::class_<Runnable, std::shared_ptr<Runnable>>(m, "Runnable", "Something to measure.")
        .def("prepare", &Runnable::prepare, Release(), "Called once before the first run.")
        .def("run", &Runnable::run, Release(), "One unit of work.")
        .def_property_readonly("name", &Runnable::name, "Shown in rows and errors.");
    py::class_<ScriptedRunnable, Runnable, std::shared_ptr<ScriptedRunnable>>(
        m, "ScriptedRunnable", "Advances a synthetic clock by given times, in a cycle.")
        .def(py::init(&scripted), py::arg("name"), py::arg("clock"), py::arg("wall_ms"),
             py::arg("cpu_ms") = py::none(), py::arg("switches") = py::none(),
             py::keep_alive<1, 3>(), "Columns of equal length: run i takes values i.")
        .def_property_readonly("runs", &ScriptedRunnable::runs, "Runs so far.");
    m.def("flushes_denormals", &flushes_denormals,
          "Whether this thread flushes denormal numbers to zero.");
}

void bind_device(py::module_& m) {
    py::class_<Device>(m, "Device", "What a latency is a latency of; a value.")
        .def(py::init([](std::string runtime, int threads, int batch_size, std::string precision,
                         std::string mode, std::string name) {
                 return validated({std::move(runtime), threads, batch_size, std::move(precision),
                                   std::move(mode), std::move(name)});
             }),
             py::arg("runtime") = "libtorch", py::arg("threads") = 1, py::arg("batch_size") = 1,
             py::arg("precision") = "fp32", py::kw_only(), py::arg("mode") = "",
             py::arg("name") = "",
             "ConfigError names the field, its value and what was expected. An empty `mode` is\n"
             "the runtime's default; `name` is the hardware's, chosen freely.")
        .def_readonly("runtime", &Device::runtime)
        .def_readonly("threads", &Device::threads)
        .def_readonly("batch_size", &Device::batch_size)
        .def_readonly("precision", &Device::precision)
        .def_readonly("mode", &Device::mode)
        .def_readonly("name", &Device::name)
        .def_property_readonly(
            "own_thread", &Device::own_thread,
            "Whether the calling thread does the work: not where there are more\n"
            "threads, or an accelerator.")
        .def_property_readonly("id", &Device::id, "Canonical text, for tables and stores.")
        .def("__eq__",
             [](const Device& a, const py::object& b) {
                 return py::isinstance<Device>(b) && a == b.cast<const Device&>();
             })
        .def("__hash__", [](const Device& d) { return py::hash(py::str(d.id())); })
        .def("__repr__", [](const Device& d) { return "Device(" + d.id() + ")"; });
    m.def("device_runtimes", &device_runtimes, "Runtimes that this build knows.");
    m.def("device_modes", &device_modes, py::arg("runtime"), "Modes of a runtime, default first.");
}

}  // namespace

Campaign measure(const MeterArguments& arguments, CampaignPlan plan) {
    PythonMonitor monitor(arguments.progress);
    PythonEvents events(arguments.on_result, arguments.on_visit);
    plan.earlier = arguments.earlier;
    try {
        const Cancellable cancellable;
        return Meter(*arguments.clock, arguments.options).measure(plan, events, monitor);
    } catch (const PythonInterrupt& interrupt) {
        std::rethrow_exception(interrupt.pending);
    }
}

void bind_measurement(py::module_& m) {
    bind_clocks(m);
    bind_runnables(m);
    bind_device(m);
    bind_measurement_rows(m);
    bind_measurement_records(m);
    m.def("effort_names", &effort_names, "Names of the efforts.");
    m.def(
        "nearest_by_ratio",
        [](const Array<double>& sizes, const Array<double>& references) {
            return nearest_by_ratio(view(sizes), view(references));
        },
        py::arg("sizes"), py::arg("references"),
        "Number of the reference nearest in size to each network. Raises DataError.");
    m.def("sign_test_rank", &sign_test_rank, py::arg("n"), py::arg("alpha"),
          "Rank from 1 of the order statistic that bounds a median of n values; 0: none does.");
    py::class_<MeterArguments>(m, "MeterArguments", "How to measure; see latpred.LatencyMeter.")
        .def(
            py::init([](std::shared_ptr<Clock> clock, const std::string& effort_name,
                        std::uint64_t seed, Scope scope, std::size_t group, double budget_seconds,
                        std::optional<py::function> on_result, std::optional<py::function> on_visit,
                        std::optional<py::function> progress, std::vector<VisitRecord> earlier) {
                return MeterArguments{
                    std::move(clock),
                    validated({effort(effort_name), seed, scope, group, budget_seconds}),
                    std::move(on_result),
                    std::move(on_visit),
                    std::move(progress),
                    std::move(earlier)};
            }),
            py::kw_only(), py::arg("clock"), py::arg("effort") = "default", py::arg("seed") = 0,
            py::arg("scope") = Scope::thread, py::arg("group") = 24,
            py::arg("budget_seconds") = std::numeric_limits<double>::infinity(),
            py::arg("on_result") = py::none(), py::arg("on_visit") = py::none(),
            py::arg("progress") = py::none(), py::arg("earlier") = std::vector<VisitRecord>());
    m.def("measure_runnables", &measure_runnables, py::arg("runnables"), py::arg("reference"),
          py::arg("arguments"), py::arg("pairing") = std::vector<std::size_t>(),
          "A campaign over Python callables, objects with run() or bound runnables, beside one\n"
          "reference or a list of them; `pairing` has the reference's number for each.");
#ifdef LATPRED_TORCH
    bind_measurement_networks(m);
#endif
}

}  // namespace latpred::bindings

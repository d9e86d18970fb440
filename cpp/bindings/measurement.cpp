#include "bindings/measurement.hpp"

#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "measurement/device.hpp"
#include "measurement/synthetic.hpp"

namespace latpred::bindings {
namespace {

void bind_clocks(py::module_& m) {
    py::enum_<Scope>(
        m, "Scope",
        "Whose CPU time and disturbances count: those of the calling thread or of the process.")
        .value("thread", Scope::thread)
        .value("process", Scope::process);
    py::class_<Clock, std::shared_ptr<Clock>>(
        m, "Clock", R"(A source of wall time, CPU time and evidence of disturbance.

Example:
    >>> from latpred.measurement import Clock, SyntheticClock
    >>> isinstance(SyntheticClock(), Clock)
    True)")
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
                                                                 R"(The clocks of this machine.

Example:
    >>> from latpred.measurement import SystemClock
    >>> clock = SystemClock()
    >>> clock.wall_ns() <= clock.wall_ns()
    True)")
        .def(py::init<>())
        .def(
            py::pickle([](const SystemClock& /*clock*/) { return py::make_tuple(); },
                       [](const py::tuple& /*state*/) { return std::make_shared<SystemClock>(); }));
    py::class_<SyntheticClock, Clock, std::shared_ptr<SyntheticClock>>(
        m, "SyntheticClock",
        R"(A clock that stands still until it is advanced; for tests and simulations.

Example:
    >>> from latpred.measurement import SyntheticClock
    >>> clock = SyntheticClock()
    >>> before = clock.wall_ns()
    >>> clock.advance(wall_ms=2.0)
    >>> clock.wall_ns() - before
    2000000)")
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

void bind_device(py::module_& m) {
    py::class_<Device>(
        m, "Device",
        R"(What a latency belongs to: runtime, threads, batch size, precision and hardware. A value.

Example:
    >>> device = lp.Device(threads=2, batch_size=8, name="laptop")
    >>> device.runtime, device.threads, device.precision
    ('libtorch', 2, 'fp32'))")
        .def(
            py::init([](std::string runtime, int threads, int batch_size, std::string precision,
                        std::string mode, std::string name, std::string program) {
                return validated({std::move(runtime), threads, batch_size, std::move(precision),
                                  std::move(mode), std::move(name), std::move(program)});
            }),
            py::arg("runtime") = "libtorch", py::arg("threads") = 1, py::arg("batch_size") = 1,
            py::arg("precision") = "fp32", py::kw_only(), py::arg("mode") = "",
            py::arg("name") = "", py::arg("program") = "",
            "`program` says what runs a network on LibTorch: \"runner\" (latpred's own, the "
            "default\n"
            "for architectures), \"eager\" (a PyTorch module), \"compiled\" (by torch.compile) or\n"
            "\"exported\" (by torch.export, as modules of one's own run); other runtimes have "
            "none.\n"
            "An empty `mode` stands for the default mode of the runtime; `name` is a name for the\n"
            "hardware, chosen freely. Raises ConfigError that names a wrong field.")
        .def_readonly("runtime", &Device::runtime)
        .def_readonly("threads", &Device::threads)
        .def_readonly("batch_size", &Device::batch_size)
        .def_readonly("precision", &Device::precision)
        .def_readonly("mode", &Device::mode)
        .def_readonly("name", &Device::name)
        .def_readonly("program", &Device::program)
        .def_property_readonly(
            "own_thread", &Device::own_thread,
            "Whether the calling thread does all of the work: false with several\n"
            "threads or an accelerator.")
        .def_property_readonly("scope", &Device::scope,
                               "Whose CPU time and disturbances count for what runs on it.")
        .def_property_readonly("id", &Device::id, "Canonical text, for tables and stores.")
        .def("__eq__",
             [](const Device& a, const py::object& b) {
                 return py::isinstance<Device>(b) && a == b.cast<const Device&>();
             })
        .def("__hash__", [](const Device& d) { return py::hash(py::str(d.id())); })
        .def("__repr__", [](const Device& d) { return "Device(" + d.id() + ")"; })
        .def(py::pickle(
            [](const Device& d) {
                return py::make_tuple(d.runtime, d.threads, d.batch_size, d.precision, d.mode,
                                      d.name, d.program);
            },
            [](const py::tuple& state) {
                return validated({state[0].cast<std::string>(), state[1].cast<int>(),
                                  state[2].cast<int>(), state[3].cast<std::string>(),
                                  state[4].cast<std::string>(), state[5].cast<std::string>(),
                                  // Those of earlier versions have none: the runner's.
                                  state.size() > 6 ? state[6].cast<std::string>() : ""});
            }));
    m.def("device_runtimes", &device_runtimes, "Runtimes that this build knows.");
    m.def("device_programs", &device_programs, py::arg("runtime"),
          "Programs of a runtime, the default one first; none where it runs networks itself.");
    m.def("device_modes", &device_modes, py::arg("runtime"), py::arg("program") = "",
          "Modes of a runtime with that program, the default one first.");
}

}  // namespace

Campaign measure(const MeterArguments& arguments, CampaignPlan plan) {
    PythonMonitor monitor(arguments.progress);
    PythonEvents events(arguments.on_result, arguments.on_visit);
    plan.earlier = arguments.earlier;
    return passing_interrupts([&] {
        const Cancellable cancellable;
        return Meter(*arguments.clock, arguments.options).measure(plan, events, monitor);
    });
}

void bind_measurement(py::module_& m) {
    bind_clocks(m);
    bind_device(m);
    bind_measurement_rows(m);
    bind_measurement_records(m);
    m.def("effort_names", &effort_names, "Names of the efforts.");
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
    bind_measurement_runnables(m);
    bind_measurement_tools(m);
#ifdef LATPRED_TORCH
    bind_measurement_networks(m);
#endif
}

}  // namespace latpred::bindings

// What surrounds campaigns: how the machine is, which reference to take, what a call costs.
#include "bindings/measurement.hpp"
#include "bindings/pickles.hpp"
#include "measurement/findings.hpp"
#include "measurement/pairing.hpp"
#include "measurement/processor_speed.hpp"
#include "measurement/processor_ticks.hpp"
#include "measurement/self_test.hpp"
#include "measurement/speed_ratio.hpp"
#include "measurement/stopwatch.hpp"

namespace latpred::bindings {
namespace {

void bind_findings(py::module_& m) {
    py::class_<MachineState>(m, "MachineState", "What is known of a machine; None: not shown.")
        .def(py::init<>())
        .def_readwrite("debug_build", &MachineState::debug_build, "Of latpred's core.")
        .def_readwrite("load", &MachineState::load, "Tasks over the last minute.")
        .def_readwrite("cores", &MachineState::cores, "That this process may use.")
        .def_readwrite("pressure_percent", &MachineState::pressure_percent)
        .def_readwrite("governor", &MachineState::governor)
        .def_readwrite("boost", &MachineState::boost)
        .def_readwrite("steal_percent", &MachineState::steal_percent, "Of now.")
        .def_readwrite("hypervisor", &MachineState::hypervisor)
        .def_readwrite("cgroup_cpus", &MachineState::cgroup_cpus, "Limit of processor time.")
        .def_readwrite("clock_resolution_ns", &MachineState::clock_resolution_ns)
        .def_readwrite("clocksource", &MachineState::clocksource)
        .def_readwrite("settings", &MachineState::settings, "Environment variables.")
        .def_readwrite("huge_pages", &MachineState::huge_pages)
        .def_readwrite("nice", &MachineState::nice)
        .def_readwrite("sqlite", &MachineState::sqlite, "Version, three numbers.")
        .def_readwrite("free_gb", &MachineState::free_gb, "On disk.");
    py::class_<MachineFinding>(m, "MachineFinding", "One thing that was looked at.")
        .def_readonly("name", &MachineFinding::name)
        .def_property_readonly(
            "level", [](const MachineFinding& f) { return std::string(to_string(f.level)); },
            "ok, note, warning or error.")
        .def_readonly("text", &MachineFinding::text)
        .def_readonly("advice", &MachineFinding::advice)
        .def(py::pickle(
            [](const MachineFinding& f) {
                return py::make_tuple(f.name, static_cast<int>(f.level), f.text, f.advice);
            },
            [](const py::tuple& state) {
                const int level = entry_of<int>(state, 1);
                if (level < 0 || level > static_cast<int>(FindingLevel::error))
                    throw DataError("pickle: entry 1 is no level of a finding");
                return MachineFinding{
                    entry_of<std::string>(state, 0), static_cast<FindingLevel>(level),
                    entry_of<std::string>(state, 2), entry_of<std::string>(state, 3)};
            }));
    m.def("findings", &findings, py::arg("machine"),
          "What the state of a machine means for timing, check by check.");
    m.def(
        "machine_warnings", [](const MachineState& machine) { return warnings(findings(machine)); },
        py::arg("machine"), "A sentence for each of those that disturbs timing.");
    m.def(
        "steal_percent",
        [](const std::string& before, const std::string& after) -> std::optional<double> {
            const auto first = processor_ticks(before);
            const auto last = processor_ticks(after);
            return first && last ? steal_percent(*first, *last) : std::nullopt;
        },
        py::arg("before"), py::arg("after"),
        "Percent of the time between two contents of /proc/stat that other machines took.");
}

void bind_stopwatch(py::module_& m) {
    m.def(
        "quick_ms",
        [](Clock& clock, const py::object& work) {
            const auto runnable = to_runnable(work);
            return passing_interrupts([&] {
                const Cancellable cancellable;
                return quick_ms(clock, *runnable);
            });
        },
        py::arg("clock"), py::arg("work"),
        "A first guess of its latency: the shortest of three runs after one to warm up.");
    m.def(
        "median_spent",
        [](Clock& clock, const py::object& work, int rounds) {
            const auto runnable = to_runnable(work);
            const Spent found = passing_interrupts([&] {
                const Cancellable cancellable;
                return median_spent(clock, *runnable, rounds);
            });
            return std::pair(found.wall_s, found.cpu_s);
        },
        py::arg("clock"), py::arg("work"), py::arg("rounds") = 1,
        "(wall, CPU) seconds of one call, each the median over `rounds`.");
}

template <auto measured, class... Arguments>
double uninterrupted(Clock& clock, Arguments... arguments) {
    const Cancellable cancellable;
    return measured(clock, arguments...);
}

void bind_processor_speed(py::module_& m) {
    m.def(
        "best_rate",
        [](Clock& clock, const py::function& work, double seconds) {
            return best_rate(clock, [&] { return work().cast<double>(); }, seconds);
        },
        py::arg("clock"), py::arg("work"), py::arg("seconds"),
        "Most units of work a ns; `work()` returns how many it did. Raises MeasurementError.");
    m.def("clock_ghz", &uninterrupted<&clock_ghz, double>, py::arg("clock"), py::arg("seconds"),
          "GHz, from additions of which each needs the one before.");
    m.def("operations_per_ns", &uninterrupted<&operations_per_ns, double>, py::arg("clock"),
          py::arg("seconds"), "Operations a ns from a mix of independent ones.");
    m.def("memory_gbs", &uninterrupted<&memory_gbs, std::size_t, double>, py::arg("clock"),
          py::arg("bytes"), py::arg("seconds"), "GB/s at which one thread reads so much memory.");
}

void bind_pairing(py::module_& m) {
    m.def(
        "nearest_by_ratio",
        [](const Array<double>& sizes, const Array<double>& references) {
            return nearest_by_ratio(view(sizes), view(references));
        },
        py::arg("sizes"), py::arg("references"),
        "Number of the reference nearest in size to each network. Raises DataError.");
    m.def(
        "match_references",
        [](double network_ms, std::size_t references, const py::function& time_ms) {
            Match found = match_references(network_ms, references, [&](std::size_t which) {
                return time_ms(which).cast<double>();
            });
            return std::pair(std::move(found.references), found.nearest);
        },
        py::arg("network_ms"), py::arg("references"), py::arg("time_ms"),
        "Numbers of the reference nearest in latency and a neighbour, ascending, and which of the\n"
        "two it is; `time_ms(number)` is asked from small to large until one is long enough.");
}

void bind_self_test(py::module_& m) {
    py::class_<SelfTest>(m, "SelfTest", "Two equal pieces of work, measured as if different.")
        .def_readonly("ratio", &SelfTest::ratio)
        .def_readonly("low", &SelfTest::low)
        .def_readonly("high", &SelfTest::high)
        .def_readonly("passed", &SelfTest::passed)
        .def_readonly("clean_percent", &SelfTest::clean_percent)
        .def_readonly("visits", &SelfTest::visits)
        .def(pickled(&SelfTest::ratio, &SelfTest::low, &SelfTest::high, &SelfTest::passed,
                     &SelfTest::clean_percent, &SelfTest::visits));
    m.attr("self_test_width") = self_test_width;
    m.def("compared", &compared, py::arg("first"), py::arg("second"),
          "What two rows of one campaign, beside one reference, say of each other.");
}

void bind_speed_ratio(py::module_& m) {
    py::class_<SpeedRatio>(m, "SpeedRatio", "How many times as fast one row is as another.")
        .def_readonly("times", &SpeedRatio::times, "Latency of the second / that of the first.")
        .def_readonly("low", &SpeedRatio::low, "NaN where one of the two has no interval.")
        .def_readonly("high", &SpeedRatio::high)
        .def_readonly("paired", &SpeedRatio::paired, "Beside one reference in one campaign.")
        .def_property_readonly(
            "says", [](const SpeedRatio& r) { return std::string(to_string(r.says())); },
            "faster, slower, indistinguishable or unknown.");
    m.def("speed_ratio", &speed_ratio, py::arg("first"), py::arg("second"), py::arg("one_campaign"),
          "How many times as fast the first row is as the second.");
}

}  // namespace

void bind_measurement_tools(py::module_& m) {
    bind_findings(m);
    bind_stopwatch(m);
    bind_pairing(m);
    bind_processor_speed(m);
    bind_self_test(m);
    bind_speed_ratio(m);
}

}  // namespace latpred::bindings

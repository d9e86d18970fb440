#include "tuning/runner.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/monitor.hpp"
#include "bindings/python_names.hpp"

#include <pybind11/functional.h>

namespace latpred::bindings {
namespace {

/// "ValueError: what it says"; only its name where it cannot say itself. Call with the GIL held.
std::string describe(py::error_already_set& error) {
    const auto name = error.type().attr("__name__").cast<std::string>();
    std::string text;
    try {
        const py::object bytes = py::str(error.value()).attr("encode")("utf-8", "replace");
        text = bytes.cast<std::string>();
    } catch (const std::exception&) {
        PyErr_Clear();
    }
    return text.empty() ? name : name + ": " + text;
}

/// Compute that the trial calls on this thread polls the trial's monitor too.
class Enclosing {
  public:
    explicit Enclosing(Monitor& monitor) { enclosing_monitor = &monitor; }
    Enclosing(const Enclosing&) = delete;
    Enclosing& operator=(const Enclosing&) = delete;
    ~Enclosing() { enclosing_monitor = nullptr; }
};

/// A Python object with step, state and restore. The GIL is held during its calls only.
class PythonTrial final : public Trial {
  public:
    explicit PythonTrial(py::object object) : object_(std::move(object)) {}

    ~PythonTrial() override {
        const py::gil_scoped_acquire gil;
        object_ = py::object();
    }

    StepResult step(std::size_t epochs, Monitor& monitor) override {
        const Enclosing scope(monitor);
        const py::gil_scoped_acquire gil;
        const py::cpp_function poll([&monitor] { monitor.poll(); });
        return guard(&monitor, [&] {
            const auto result = object_.attr("step")(epochs, poll).cast<py::tuple>();
            return StepResult{result[0].cast<std::vector<double>>(), result[1].cast<bool>(),
                              result[2].cast<std::optional<std::string>>()};
        });
    }

    std::optional<std::string> state() override {
        const py::gil_scoped_acquire gil;
        return guard(nullptr, [&] {
            const py::object state = object_.attr("state")();
            return state.is_none() ? std::nullopt : std::optional(state.cast<std::string>());
        });
    }

    void restore(const std::string& state) override {
        const py::gil_scoped_acquire gil;
        guard(nullptr, [&] { return object_.attr("restore")(py::bytes(state)); });
    }

    /// Python errors become TrialFailure, unless the monitor says why: none may outlive the GIL.
    /// KeyboardInterrupt, SystemExit and the like are nobody's failure and end the run.
    template <class F>
    static auto guard(Monitor* monitor, F&& call) -> decltype(call()) {
        try {
            return call();
        } catch (py::error_already_set& error) {
            if (!error.matches(PyExc_Exception))
                throw StudyInterrupt{std::current_exception()};
            if (monitor != nullptr)
                monitor->poll();  // throws where this is why
            const py::object retry = python(PythonName::may_retry)(error.value());
            throw TrialFailure(describe(error), retry.cast<bool>());
        } catch (const py::cast_error&) {
            throw TrialFailure("a trial's step shall return (losses, finished, stop)", false);
        }
    }

  private:
    py::object object_;
};

TrialFactory to_factory(const py::function& make) {
    return [&make](std::size_t number, const std::vector<double>& configuration,
                   std::uint64_t seed) -> std::unique_ptr<Trial> {
        const py::gil_scoped_acquire gil;
        return PythonTrial::guard(nullptr, [&] {
            return std::make_unique<PythonTrial>(make(number, configuration, seed));
        });
    };
}

ChangeSink to_sink(const py::function& sink) {
    return [&sink](const std::vector<TrialChange>& changes) {
        const py::gil_scoped_acquire gil;
        py::list items;
        for (const TrialChange& change : changes) {
            py::object state = py::none();
            if (change.state)
                state = py::make_tuple(change.state->epochs, py::bytes(change.state->bytes));
            items.append(py::make_tuple(change.trial, change.record, state, change.seconds));
        }
        sink(items);
    };
}

void bind_distributions(py::module_& m) {
    py::class_<Parameter>(m, "Parameter", "A hyper-parameter and its values as numbers.")
        .def(py::init([](std::string name, const std::string& kind, double low, double high,
                         bool log) {
                 using Kind = Distribution::Kind;
                 const std::map<std::string, Kind> kinds{
                     {"real", Kind::real}, {"integer", Kind::integer}, {"choice", Kind::choice}};
                 const auto found = kinds.find(kind);
                 if (found == kinds.end())
                     throw ConfigError("hyper-parameter: kind '" + excerpt(kind) +
                                       "', real, integer or choice expected");
                 const Kind as = found->second;
                 return Parameter{std::move(name), {as, low, high, log}};
             }),
             py::arg("name"), py::kw_only(), py::arg("kind"), py::arg("low"), py::arg("high"),
             py::arg("log") = false, "`kind`: \"real\", \"integer\" or \"choice\" (of indices).")
        .def_readonly("name", &Parameter::name)
        .def(
            "contains",
            [](const Parameter& p, double value) { return contains(p.distribution, value); },
            py::arg("value"), "Whether a draw may be that value.")
        .def(
            "grid",
            [](const Parameter& p, std::size_t points) {
                return grid_values(p.distribution, points);
            },
            py::arg("points"), "Its values on a grid.");
    m.def("check_parameters", &check_parameters, py::arg("parameters"),
          "ConfigError for parameters that no study can draw.");
    m.def("random_configuration", &random_configuration, py::arg("parameters"), py::arg("seed"),
          py::arg("trial"), "Values of trial `trial`, one a parameter.");
    py::class_<Grid>(m, "Grid", "All combinations, in an order drawn by the seed.")
        .def(py::init<const std::vector<Parameter>&, std::size_t, std::uint64_t>(),
             py::arg("parameters"), py::arg("points"), py::arg("seed"))
        .def("__len__", &Grid::size)
        .def("configuration", &Grid::configuration, py::arg("trial"), "Values of trial `trial`.");
}

void bind_records(py::module_& m) {
    py::class_<TrialRecord>(m, "TrialRecord", "A trial of the ledger.")
        .def(py::init([](std::vector<double> configuration, const std::string& state,
                         std::string reason, std::vector<double> losses, std::size_t failures) {
                 return TrialRecord{std::move(configuration), state_named(state), std::move(reason),
                                    std::move(losses), failures};
             }),
             py::kw_only(), py::arg("configuration"), py::arg("state"), py::arg("reason"),
             py::arg("losses"), py::arg("failures"))
        .def_readonly("configuration", &TrialRecord::configuration)
        .def_readonly("reason", &TrialRecord::reason)
        .def_readonly("losses", &TrialRecord::losses)
        .def_readonly("failures", &TrialRecord::failures)
        .def_property_readonly("state",
                               [](const TrialRecord& record) { return state_name(record.state); })
        .def_property_readonly("over", &TrialRecord::over);
    py::class_<Task>(m, "Task", "Epochs `begin` to `end` of a trial.")
        .def_readonly("trial", &Task::trial)
        .def_readonly("begin", &Task::from)
        .def_readonly("end", &Task::to);
}

Study make_study(std::size_t trials, std::uint64_t seed, const std::string& scheduler,
                 std::size_t epochs, std::size_t grace, std::size_t reduction, std::size_t startup,
                 std::size_t task_epochs, std::size_t live, std::size_t retries) {
    return Study(
        {trials, seed, {scheduler, epochs, grace, reduction, startup}, task_epochs, live, retries});
}

void bind_study(py::module_& m) {
    py::class_<Study>(m, "Study", "The state of a sweep; see latpred.tuning.")
        .def(py::init(&make_study), py::kw_only(), py::arg("trials"), py::arg("seed"),
             py::arg("scheduler"), py::arg("epochs"), py::arg("grace"), py::arg("reduction"),
             py::arg("startup"), py::arg("task_epochs"), py::arg("live"), py::arg("retries"))
        .def("configure", &Study::configure, py::arg("trial"), py::arg("configuration"),
             "Set the values of a trial that has none.")
        .def_property_readonly("seed", [](const Study& study) { return study.settings().seed; })
        .def_property_readonly("configured", &Study::configured)
        .def("take", &Study::take, "The next task that is ready, if any.")
        .def(
            "report",
            [](Study& study, std::size_t trial, const std::vector<double>& losses, bool finished,
               const std::optional<std::string>& stop) {
                study.report(trial, losses, finished, stop);
            },
            py::arg("trial"), py::arg("losses"), py::arg("finished") = false,
            py::arg("stop") = py::none(), "The losses of the epochs of a task.")
        .def("fail", &Study::fail, py::arg("trial"), py::arg("reason"), py::arg("retry"),
             "An attempt failed.")
        .def("release", &Study::release, py::arg("trial"), "The task was not done.")
        .def("restore", &Study::restore, py::arg("trial"), py::arg("record"),
             "A trial of an earlier run; call `settle` after the last.")
        .def("settle", &Study::settle, "Take all decisions that can be taken.")
        .def("changes", &Study::changes, "Trials that changed since the last call.")
        .def("touch", &Study::touch, py::arg("trial"), "Count the trial as changed.")
        .def_property_readonly("finished", &Study::finished)
        .def(
            "record",
            [](const Study& study, std::size_t trial) { return study.trials().at(trial); },
            py::arg("trial"), "A copy of a trial's record.")
        .def_property_readonly("best", &Study::best)
        .def_property_readonly("epochs_saved", &Study::epochs_saved)
        .def_property_readonly("ledger_hash", &Study::ledger_hash);
}

}  // namespace

void bind_tuning(py::module_& m) {
    bind_distributions(m);
    bind_records(m);
    bind_study(m);
    m.def("trial_seed", &trial_seed, py::arg("study_seed"), py::arg("trial"),
          "Seed of a trial, below 2^63.");
    m.def(
        "trial_block",
        [](std::uint64_t seed, std::size_t begin, std::size_t size, std::size_t trials) {
            const TrialBlock block = trial_block(seed, begin, size, trials);
            return std::pair(block.count, block.seed);
        },
        py::arg("study_seed"), py::arg("begin"), py::arg("size"), py::arg("trials"),
        "(trials that a sampler draws together from trial `begin` on, their seed). ConfigError.");
    m.def("scheduler_names", &scheduler_names, R"(Names of the schedulers of a study.

Example:
    >>> from latpred.tuning import scheduler_names
    >>> scheduler_names()
    ['none', 'asha', 'median'])");
    m.def(
        "run",
        [](Study& study, const py::function& make, std::size_t workers, double timeout_seconds,
           const std::map<std::size_t, std::pair<std::size_t, py::bytes>>& states,
           const py::function& sink, std::optional<SecondsNow> clock) {
            std::map<std::size_t, SavedState> known;
            for (const auto& [trial, state] : states)
                known[trial] = {state.first, state.second};
            const ChangeSink changes = to_sink(sink);
            PythonMonitor monitor(std::nullopt);
            const Cancellable cancellable;
            const RunnerSettings settings{workers, timeout_seconds,
                                          clock ? *std::move(clock) : steady_seconds};
            try {
                run_study(study, to_factory(make), settings, std::move(known), changes, monitor);
            } catch (const StudyInterrupt& interrupt) {
                std::rethrow_exception(interrupt.pending);
            }
        },
        py::arg("study"), py::kw_only(), py::arg("make"), py::arg("workers"),
        py::arg("timeout_seconds"), py::arg("states"), py::arg("sink"),
        py::arg("clock") = py::none(),
        "Run the study on threads. `make(trial, configuration, seed)` gives an object with "
        "step(epochs, poll) -> (losses, finished, stop), state() -> bytes or None and "
        "restore(bytes); `states` and the states that `sink` gets are (epochs, bytes); `sink` gets "
        "lists of (trial, record, state or None, seconds); `clock` gives seconds (steady time).");
}

}  // namespace latpred::bindings

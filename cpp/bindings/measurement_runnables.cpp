// What Python gives to be measured.
#include "bindings/measurement.hpp"

#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/text.hpp"
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

}  // namespace

std::unique_ptr<Runnable> to_runnable(const py::object& work) {
    if (py::isinstance<Runnable>(work))
        return std::make_unique<SharedRunnable>(work.cast<std::shared_ptr<Runnable>>());
    return std::make_unique<PythonRunnable>(work);
}

namespace {

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

}  // namespace

void bind_measurement_runnables(py::module_& m) {
    py::class_<Runnable, std::shared_ptr<Runnable>>(m, "Runnable", "Something to measure.")
        .def("prepare", &Runnable::prepare, Release(), "Called once before the first run.")
        .def("run", &Runnable::run, Release(), "One unit of work.")
        .def_property_readonly("name", &Runnable::name, "Shown in rows and errors.");
    py::class_<ScriptedRunnable, Runnable, std::shared_ptr<ScriptedRunnable>>(
        m, "ScriptedRunnable", R"(Work that advances a synthetic clock by given times, in a cycle.

Example:
    >>> from latpred.measurement import ScriptedRunnable, SyntheticClock
    >>> clock = SyntheticClock()
    >>> work = ScriptedRunnable("work", clock, wall_ms=[1.0, 1.5])
    >>> work.run()
    >>> work.runs, clock.wall_ns()
    (1, 1000000))")
        .def(py::init(&scripted), py::arg("name"), py::arg("clock"), py::arg("wall_ms"),
             py::arg("cpu_ms") = py::none(), py::arg("switches") = py::none(),
             py::keep_alive<1, 3>(), "Columns of equal length; run i takes the i-th value of each.")
        .def_property_readonly("runs", &ScriptedRunnable::runs, "Runs so far.");
    m.def("flushes_denormals", &flushes_denormals,
          "Whether this thread flushes denormal numbers to zero.");
    m.def("measure_runnables", &measure_runnables, py::arg("runnables"), py::arg("reference"),
          py::arg("arguments"), py::arg("pairing") = std::vector<std::size_t>(),
          "A campaign over Python callables, objects with run() or bound runnables, beside one\n"
          "reference or a list of them; `pairing` has the reference's number for each.");
}

}  // namespace latpred::bindings

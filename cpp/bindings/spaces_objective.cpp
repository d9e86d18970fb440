// The objective in Python: native ones, and any callable as one.
#include <cmath>

#include "base/error.hpp"
#include "base/float_mode.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "bindings/errors.hpp"
#include "bindings/python_names.hpp"
#include "bindings/spaces.hpp"

namespace latpred::bindings {
namespace {

/// A Python callable as objective. Its exceptions pass through the C++ code that called it.
class CallableObjective final : public Objective {
  public:
    explicit CallableObjective(py::function function) : function_(std::move(function)) {}
    CallableObjective(const CallableObjective&) = delete;
    CallableObjective& operator=(const CallableObjective&) = delete;
    ~CallableObjective() override {
        const py::gil_scoped_acquire gil;
        function_ = py::function();
    }

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        const HostFloatMode host;
        const py::gil_scoped_acquire gil;
        const py::object result = function_(archs);
        const auto array = Array<double>::ensure(as_numbers(result));
        if (!array)
            throw py::error_already_set();
        if (array.ndim() != 1 || static_cast<std::size_t>(array.size()) != values.size()) {
            throw DataError(message("objective ", name(), " returned ", array.size(), " values in ",
                                    array.ndim(), " dimensions, one for each of ", values.size(),
                                    " architectures expected"));
        }
        std::copy_n(array.data(), values.size(), values.begin());
    }

  private:
    /// By the rules of all numbers: nothing masked or missing, no truth values, texts or times.
    [[nodiscard]] py::object as_numbers(const py::object& result) const {
        try {
            return python(PythonName::numbers)(result, message("what ", name(), " returns"));
        } catch (const py::error_already_set& error) {
            throw_as_domain_error(error);  // so that callers can say more
            throw;
        }
    }

    [[nodiscard]] std::string name() const {
        return excerpt(py::repr(function_).cast<std::string>());
    }

    py::function function_;
};

void require_numbers(const Architectures& archs, std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw DataError(
                message("objective: ", std::isnan(values[i]) ? "NaN" : number_text(values[i]),
                        " for architecture ", i, " of ", archs.size(), " (", archs.space().name(),
                        "), a finite number expected"));
        }
    }
}

}  // namespace

SharedObjective to_objective(const py::object& given, const std::string& what) {
    if (py::isinstance<Objective>(given))
        return given.cast<std::shared_ptr<Objective>>();
    if (py::hasattr(given, "_native") && py::isinstance<Objective>(given.attr("_native")))
        return given.attr("_native").cast<std::shared_ptr<Objective>>();
    if (PyCallable_Check(given.ptr()) != 0)
        return std::make_shared<CallableObjective>(py::reinterpret_borrow<py::function>(given));
    throw ConfigError(message(what, ": a fitted predictor or a callable expected, got ",
                              py::repr(py::type::of(given)).cast<std::string>()));
}

void bind_objective(py::module_& m) {
    py::class_<Objective, std::shared_ptr<Objective>>(
        m, "Objective", "Batch of architectures -> one value each; evaluated without the GIL.")
        .def(
            "evaluate",
            [](const Objective& objective, const Architectures& archs) {
                std::vector<double> values(archs.size());
                {
                    const Cancellable cancellable;
                    objective.evaluate(archs, values);
                }
                require_numbers(archs, values);
                return to_numpy(std::move(values));
            },
            py::arg("archs"),
            "N float64. Raises DataError for NaN and infinite values, naming the first row.");
    m.def(
        "as_objective",
        [](const py::object& given) {
            return std::const_pointer_cast<Objective>(to_objective(given, "objective"));
        },
        py::arg("given"),
        "A predictor (its `_native`) or a callable Architectures -> N numbers, as Objective.\n\n"
        "Raises ConfigError for anything else; a callable's own exceptions pass through.");
}

}  // namespace latpred::bindings

// Predictors written in Python (LightGBM's trees, users' own classes) as fitters and models.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/errors.hpp"
#include "bindings/held_object.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/python_names.hpp"
#include "bindings/spaces.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/registry.hpp"

namespace latpred::bindings {
namespace {

constexpr const char* python_kind = "python";

/// "module:Class"
std::string python_class_of(const py::object& object) {
    const py::object type = py::type::of(object);
    return type.attr("__module__").cast<std::string>() + ":" +
           type.attr("__qualname__").cast<std::string>();
}

/// A fitted Python object whose `predict` is its own.
class PythonPredictor final : public Predictor {
  public:
    PythonPredictor(const SpacePtr& space, ModelInfo info, py::object model)
        : Predictor(space, std::move(info)), name_(python_class_of(model)),
          objective_(to_objective(model.attr("predict"), name_)) {}

    void store(TensorFile& /*file*/) const override {
        throw ConfigError(message("save: ", name_, " predicts in Python and has no model file"));
    }

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override {
        objective_->evaluate(archs, values);
    }

  private:
    std::string name_;
    SharedObjective objective_;
};

class PythonFitter final : public Fitter {
  public:
    explicit PythonFitter(py::object prototype) : prototype_(std::move(prototype)) {}

    [[nodiscard]] std::string kind() const override { return python_kind; }
    [[nodiscard]] bool one_at_a_time() const override { return true; }

    [[nodiscard]] std::string settings() const override {
        const py::gil_scoped_acquire gil;
        const py::object text = python(PythonName::settings_text)(prototype_.get());
        return FitterSettings(python_kind)
            .put("class", python_class_of(prototype_.get()))
            .put("settings", text.cast<std::string>())
            .text();
    }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        const std::scoped_lock lock(fits_in_python());
        const py::gil_scoped_acquire gil;
        try {
            const auto pair =
                python(PythonName::fit_copy)(
                    prototype_.get(), Architectures(rows.archs),
                    to_numpy(std::vector<double>(rows.values.begin(), rows.values.end())),
                    context.seed)
                    .cast<py::tuple>();
            if (!pair[1].is_none())
                return pair[1].cast<PredictorPtr>();
            return python_model(pair[0], rows);
        } catch (const py::error_already_set& error) {
            throw_as_domain_error(error);
            throw;
        }
    }

  private:
    HeldObject prototype_;
};

FitterPtr make_python_fitter(FitterSettings& settings) {
    const std::string name = settings.word("class", "");
    const std::string text = settings.word("settings", "{}");
    const py::gil_scoped_acquire gil;
    try {
        return std::make_shared<PythonFitter>(python(PythonName::settings_object)(name, text));
    } catch (const py::error_already_set& error) {
        throw_as_domain_error(error);
        throw;
    }
}

}  // namespace

FitterPtr python_fitter(py::object prototype) {
    return std::make_shared<PythonFitter>(std::move(prototype));
}

PredictorPtr python_model(const py::object& model, const Rows& rows) {
    return std::make_shared<PythonPredictor>(
        rows.archs.space_ptr(), fitted_info(python_kind, rows.archs, rows.values, ""), model);
}

void bind_python_fitters(py::module_& m) {
    register_fitter(python_kind, &make_python_fitter);
    m.def(
        "python_fitter",
        [](py::object prototype) {
            return std::const_pointer_cast<Fitter>(python_fitter(std::move(prototype)));
        },
        py::arg("prototype"), "Fits copies of a Python predictor, never two at once.");
}

}  // namespace latpred::bindings

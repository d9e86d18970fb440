// What bindings that take fitters share.
#pragma once

#include <memory>
#include <optional>

#include "bindings/bindings.hpp"
#include "predictors/fitter.hpp"

namespace latpred::bindings {

/// Python holds fitters without const; they are immutable all the same.
using SharedFitter = std::shared_ptr<Fitter>;

using MaybeProgress = std::optional<py::function>;

/// A fitter of a Python predictor's settings: each fit is that of a copy of it, with the GIL, and
/// never of two at once in the process. `prototype`: see latpred.predictors.fitters.fit_copy.
FitterPtr python_fitter(py::object prototype);

/// A fitted Python object whose `predict` is its own, as a model of these rows. With the GIL.
PredictorPtr python_model(const py::object& model, const Rows& rows);

void bind_hardware_models(py::module_& m);
void bind_python_fitters(py::module_& m);

}  // namespace latpred::bindings

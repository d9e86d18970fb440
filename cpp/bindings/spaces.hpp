// What bindings that take architectures or objectives share.
#pragma once

#include <memory>

#include "bindings/bindings.hpp"
#include "spaces/architectures.hpp"
#include "spaces/objective.hpp"

namespace latpred::bindings {

/// Python holds spaces without const; they are immutable all the same.
using SharedSpace = std::shared_ptr<Space>;
using SharedObjective = std::shared_ptr<const Objective>;

/// From an Architectures of the same family, dicts, strings or an N x G integer array; validates
/// against `space`. Raises ArchitectureError or SchemaError.
Architectures to_architectures(const SpacePtr& space, const py::object& given);

/// From a bound Objective, an object whose `_native` is one, or a callable that takes Architectures
/// and returns N numbers. ConfigError, starting with `what`, for anything else.
SharedObjective to_objective(const py::object& given, const std::string& what);

void bind_restrict(py::class_<Space, SharedSpace>& space);
void bind_pickles(py::class_<Gene>& gene, py::class_<Space, SharedSpace>& space,
                  py::class_<Architectures>& archs);
void bind_shown(py::class_<Space, SharedSpace>& space, py::class_<Architectures>& archs);
void bind_places(py::class_<Space, SharedSpace>& space, py::class_<Architectures>& archs);
void bind_variation(py::class_<Space, SharedSpace>& space);
void bind_making(py::module_& m);
void bind_objective(py::module_& m);
void bind_nas_bench(py::module_& m);
void bind_nds(py::module_& m);

}  // namespace latpred::bindings

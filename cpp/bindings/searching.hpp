// What the binding files of searching share.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.hpp"
#include "searching/problem.hpp"

namespace latpred::bindings {

/// Name, objective or cost name, limit or None; the latency first.
using Limits = std::vector<std::tuple<std::string, py::object, std::optional<double>>>;
/// Name, objective or cost name, maximise, number of the limit that it is, or None.
using Goals = std::vector<std::tuple<std::string, py::object, bool, std::optional<std::size_t>>>;

Problem to_problem(const std::shared_ptr<Space>& space, const Goals& goals, const Limits& limits);

void bind_fronts(py::module_& m);
void bind_costs(py::module_& m);

}  // namespace latpred::bindings

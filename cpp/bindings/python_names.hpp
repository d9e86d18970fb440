// Everything in Python that C++ calls by name. A module that moves is told here, and nowhere else;
// a test imports all of it.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

inline constexpr const char* errors_module = "latpred.errors";
/// Shown in signatures.
inline constexpr char place_class[] = "latpred.spaces.Place";

enum class PythonName : std::uint8_t {
    to_torch,
    to_onnx,
    draw_network,
    graph_of,
    make_place,
    may_retry,
    fit_copy,
    settings_text,
    settings_object,
    arange,
    atleast_1d,
    close_matches,
    torch,
    nas_bench_201,
    numbers,
    whole_numbers,
    unmasked,
};

struct PythonTarget {
    PythonName name;
    const char* module;
    const char* attribute;  ///< empty: the module itself
};

inline constexpr std::array python_targets = {
    PythonTarget{PythonName::to_torch, "latpred.exports", "to_torch"},
    PythonTarget{PythonName::to_onnx, "latpred.exports", "to_onnx"},
    PythonTarget{PythonName::draw_network, "latpred.plots", "network"},
    PythonTarget{PythonName::graph_of, "latpred.networks", "graph_of"},
    PythonTarget{PythonName::make_place, "latpred.spaces", "Place"},
    PythonTarget{PythonName::may_retry, "latpred.tuning.trials", "may_retry"},
    PythonTarget{PythonName::fit_copy, "latpred.predictors.fitters", "fit_copy"},
    PythonTarget{PythonName::settings_text, "latpred.predictors.fitters", "settings_text"},
    PythonTarget{PythonName::settings_object, "latpred.predictors.fitters", "settings_object"},
    PythonTarget{PythonName::arange, "numpy", "arange"},
    PythonTarget{PythonName::atleast_1d, "numpy", "atleast_1d"},
    PythonTarget{PythonName::close_matches, "difflib", "get_close_matches"},
    PythonTarget{PythonName::torch, "torch", ""},
    PythonTarget{PythonName::nas_bench_201, "latpred.spaces", "nas_bench_201_architectures"},
    PythonTarget{PythonName::numbers, "latpred.base.numbers", "numbers"},
    PythonTarget{PythonName::whole_numbers, "latpred.base.numbers", "whole_numbers"},
    PythonTarget{PythonName::unmasked, "latpred.base.numbers", "unmasked"},
};

constexpr bool in_order() {
    std::size_t number = 0;
    for (const PythonTarget& target : python_targets) {
        if (static_cast<std::size_t>(target.name) != number++)
            return false;
    }
    return number == static_cast<std::size_t>(PythonName::unmasked) + 1;
}
static_assert(in_order());

/// The object itself; imports its module. Needs the GIL.
inline py::object python(PythonName name) {
    const PythonTarget& target = python_targets.at(static_cast<std::size_t>(name));
    py::object found = py::module_::import(target.module);
    return target.attribute[0] == '\0' ? found : found.attr(target.attribute);
}

/// A class of errors; see errors.cpp. Needs the GIL.
inline py::object python_error(const char* name) {
    return py::module_::import(errors_module).attr(name);
}

/// (module, attribute) of all, those of errors too.
std::vector<std::pair<std::string, std::string>> python_names();

}  // namespace latpred::bindings

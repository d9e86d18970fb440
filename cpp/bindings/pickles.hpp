// Pickles and copies of what C++ keeps.
#pragma once

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Entry `i` of a pickle's state. DataError where there is none, or one of another kind.
template <class T>
T entry_of(const py::tuple& state, std::size_t i) {
    try {
        if (i < state.size())
            return state[i].cast<T>();
    } catch (const py::cast_error&) {  // NOLINT(bugprone-empty-catch): told below
    }
    throw DataError(message("pickle: entry ", i, " is missing or of another kind"));
}

/// `.def(pickled(&T::a, &T::b))`: of a record of plain values, by all its members.
template <class T, class... Members>
auto pickled(Members T::*... members) {
    return py::pickle([members...](const T& one) { return py::make_tuple(one.*members...); },
                      [members...](const py::tuple& state) {
                          T one{};
                          std::size_t i = 0;
                          ((one.*members = entry_of<Members>(state, i++)), ...);
                          return one;
                      });
}

/// Pickles of every protocol where a class has a form of its own; one sentence where it has none.
void refuse_other_pickles(const py::module_& m);

}  // namespace latpred::bindings

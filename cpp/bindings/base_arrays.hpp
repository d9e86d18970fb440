// Arrays of numbers from Python. pybind11 casts whatever NumPy can cast: the real part of complex
// numbers, nanoseconds of times, what lies below a mask, the whole part of 224.7. Here these are a
// DataError. Comes before the first use of such an array.
#pragma once

#include <pybind11/numpy.h>

#include <cstdint>

namespace latpred::bindings {

/// Whether this is NumPy's array itself, not of a class derived from it such as masked arrays.
bool is_plain_array(pybind11::handle given);

/// Whether it is such an array of one of these kinds ("iuf").
bool is_array_of(pybind11::handle given, const char* kinds);

/// As float64 or int64; DataError for what are no numbers, or no whole ones. Need the GIL.
pybind11::object number_array(pybind11::handle given);
pybind11::object whole_array(pybind11::handle given);

template <class T>
struct NumberArrayCaster {
    using type = pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

    PYBIND11_TYPE_CASTER(type, pybind11::detail::handle_type_name<type>::name);

    bool load(pybind11::handle source, bool convert) {
        if (!source || (!convert && !type::check_(source)))
            return false;
        if (source.is_none())
            return false;
        constexpr bool whole = std::is_integral_v<T>;
        if (is_array_of(source, whole ? "iu" : "iuf"))
            value = type::ensure(source);
        else
            value = type::ensure(whole ? whole_array(source) : number_array(source));
        return static_cast<bool>(value);
    }

    static pybind11::handle cast(const pybind11::handle& source,
                                 pybind11::return_value_policy /*policy*/,
                                 pybind11::handle /*parent*/) {
        return source.inc_ref();
    }
};

}  // namespace latpred::bindings

namespace pybind11::detail {

// clang-format off
template <> struct pyobject_caster<array_t<double, array::c_style | array::forcecast>> : latpred::bindings::NumberArrayCaster<double> {};
template <> struct pyobject_caster<array_t<float, array::c_style | array::forcecast>> : latpred::bindings::NumberArrayCaster<float> {};
template <> struct pyobject_caster<array_t<std::int64_t, array::c_style | array::forcecast>> : latpred::bindings::NumberArrayCaster<std::int64_t> {};
// clang-format on

}  // namespace pybind11::detail

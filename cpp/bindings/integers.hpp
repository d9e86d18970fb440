// Integers from Python. pybind11 answers one that a type cannot hold with a TypeError that lists
// signatures, and cuts numbers such as numpy.float32(2.5) to whole ones; here the first is a
// ConfigError that names the number, the second a TypeError. Comes before every other pybind11
// header, so that all of them use it.
#pragma once

#include <pybind11/cast.h>

#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred::bindings {

/// E.g. "4294967328", or the number of bits where it is long.
inline std::string integer_text(pybind11::handle number) {
    constexpr std::size_t most_bits = 256;
    const auto bits = pybind11::reinterpret_steal<pybind11::object>(
        PyObject_CallMethod(number.ptr(), "bit_length", nullptr));
    const std::size_t count = bits ? PyLong_AsSize_t(bits.ptr()) : most_bits + 1;
    PyErr_Clear();
    if (count > most_bits)
        return "of more than 256 bits";
    return std::string(pybind11::str(number));
}

/// The integer that a type could not hold, for the message that names its argument; borrowed.
inline thread_local PyObject* refused_integer = nullptr;
inline constexpr const char* refused_integer_start = "integer ";

template <class T>
[[noreturn]] void refuse_integer(pybind11::handle source, pybind11::handle number) {
    refused_integer = source.ptr();
    throw ConfigError(message(refused_integer_start, integer_text(number), ": one from ",
                              std::numeric_limits<T>::min(), " to ", std::numeric_limits<T>::max(),
                              " expected"));
}

template <class T>
struct IntegerCaster {
    PYBIND11_TYPE_CASTER(T, pybind11::detail::io_name("typing.SupportsInt | typing.SupportsIndex",
                                                      "int"));

    bool load(pybind11::handle source, bool /*convert*/) {
        if (!source || PyFloat_Check(source.ptr()) || PyIndex_Check(source.ptr()) == 0)
            return false;
        const auto number =
            pybind11::reinterpret_steal<pybind11::object>(PyNumber_Index(source.ptr()));
        if (!number) {
            PyErr_Clear();
            return false;
        }
        using Wide = std::conditional_t<std::is_signed_v<T>, long long, unsigned long long>;
        Wide wide = 0;
        if constexpr (std::is_signed_v<T>)
            wide = PyLong_AsLongLong(number.ptr());
        else
            wide = PyLong_AsUnsignedLongLong(number.ptr());
        const bool beyond = PyErr_Occurred() != nullptr;
        PyErr_Clear();
        if (beyond || wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max())
            refuse_integer<T>(source, number);
        value = static_cast<T>(wide);
        return true;
    }

    static pybind11::handle cast(T source, pybind11::return_value_policy /*policy*/,
                                 pybind11::handle /*parent*/) {
        if constexpr (std::is_signed_v<T>)
            return PyLong_FromLongLong(source);
        else
            return PyLong_FromUnsignedLongLong(source);
    }
};

}  // namespace latpred::bindings

namespace pybind11::detail {

// clang-format off
template <> struct type_caster<int> : latpred::bindings::IntegerCaster<int> {};
template <> struct type_caster<long> : latpred::bindings::IntegerCaster<long> {};
template <> struct type_caster<unsigned> : latpred::bindings::IntegerCaster<unsigned> {};
template <> struct type_caster<unsigned long> : latpred::bindings::IntegerCaster<unsigned long> {};
// clang-format on

}  // namespace pybind11::detail

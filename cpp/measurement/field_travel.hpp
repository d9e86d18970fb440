// How a member of a measured row becomes a plain value and back. Private to the tables of fields.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "measurement/fields.hpp"

namespace latpred::fields {

/// Of an integer.
template <class T>
struct Travel {
    static_assert(std::is_integral_v<T>);
    static constexpr const char* kind = "integer";
    static FieldValue out(T value) { return static_cast<std::int64_t>(value); }
    static bool in(const FieldValue& value, T& member) {
        const auto* number = std::get_if<std::int64_t>(&value);
        if (number == nullptr || !std::in_range<T>(*number))
            return false;
        member = static_cast<T>(*number);
        return true;
    }
};

template <>
struct Travel<double> {
    static constexpr const char* kind = "real";
    static FieldValue out(double value) { return value; }
    static bool in(const FieldValue& value, double& member) {
        if (const auto* real = std::get_if<double>(&value))
            member = *real;
        else if (const auto* whole = std::get_if<std::int64_t>(&value))
            member = static_cast<double>(*whole);
        else
            return false;
        return true;
    }
};

/// A type that the variant has.
template <class T>
struct Plain {
    static FieldValue out(const T& value) { return value; }
    static bool in(const FieldValue& value, T& member) {
        const T* found = std::get_if<T>(&value);
        if (found != nullptr)
            member = *found;
        return found != nullptr;
    }
};
template <>
struct Travel<bool> : Plain<bool> {
    static constexpr const char* kind = "boolean";
};
template <>
struct Travel<std::string> : Plain<std::string> {
    static constexpr const char* kind = "text";
};
template <>
struct Travel<std::vector<std::string>> : Plain<std::vector<std::string>> {
    static constexpr const char* kind = "texts";
};

template <>
struct Travel<std::vector<LegRecord>> : Plain<std::vector<LegRecord>> {
    static constexpr const char* kind = "legs";
};

template <>
struct Travel<std::vector<int>> {
    static constexpr const char* kind = "integers";
    static FieldValue out(const std::vector<int>& value) {
        return std::vector<std::int64_t>(value.begin(), value.end());
    }
    static bool in(const FieldValue& value, std::vector<int>& member) {
        const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value);
        if (numbers == nullptr ||
            !std::ranges::all_of(*numbers, [](std::int64_t n) { return std::in_range<int>(n); }))
            return false;
        member.assign(numbers->begin(), numbers->end());
        return true;
    }
};

/// A word of an enumeration.
template <class E, E... All>
struct Word {
    static constexpr const char* kind = "text";
    static FieldValue out(E value) { return std::string(to_string(value)); }
    static bool in(const FieldValue& value, E& member) {
        const auto* word = std::get_if<std::string>(&value);
        if (word == nullptr)
            return false;
        return ((to_string(All) == *word ? (member = All, true) : false) || ...);
    }
};
template <>
struct Travel<Status> : Word<Status, Status::labelled, Status::converged, Status::budget,
                             Status::drift, Status::suspect, Status::failed> {};
template <>
struct Travel<RecordKind> : Word<RecordKind, RecordKind::visit, RecordKind::sentinel,
                                 RecordKind::failure, RecordKind::timeout> {};
template <>
struct Travel<TimeKind> : Word<TimeKind, TimeKind::wall, TimeKind::cpu, TimeKind::any_wall> {};

template <class T>
struct MemberOf;
template <class Of, class T>
struct MemberOf<T Of::*> {
    using Holder = Of;
    using Type = T;
};

/// A value that is kept.
template <auto Member, class M = MemberOf<decltype(Member)>>
constexpr Field<typename M::Holder> kept(const char* name, const char* unit, bool nullable,
                                         const char* sentence) {
    using Holder = M::Holder;
    using T = Travel<typename M::Type>;
    return {name,
            T::kind,
            unit,
            nullable,
            sentence,
            [](const Holder& row) { return T::out(row.*Member); },
            [](Holder& row, const FieldValue& value) { return T::in(value, row.*Member); }};
}

}  // namespace latpred::fields

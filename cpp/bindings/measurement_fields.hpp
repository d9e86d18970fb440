// Holders of measured values as Python sees them: properties and plain values, from their tables.
#pragma once

#include <string_view>

#include "base/text.hpp"
#include "bindings/measurement.hpp"
#include "measurement/fields.hpp"

namespace latpred::bindings {

template <class T, class Holder>
void bind_property(py::class_<Holder>& cls, const Field<Holder>& field) {
    cls.def_property_readonly(
        field.name, [get = field.get](const Holder& holder) { return std::get<T>(get(holder)); },
        field.sentence);
}

template <class Holder>
void bind_properties(py::class_<Holder>& cls, std::span<const Field<Holder>> table) {
    for (const Field<Holder>& field : table) {
        const std::string_view kind = field.kind;
        if (kind == "boolean")
            bind_property<bool>(cls, field);
        else if (kind == "integer")
            bind_property<std::int64_t>(cls, field);
        else if (kind == "real")
            bind_property<double>(cls, field);
        else if (kind == "text")
            bind_property<std::string>(cls, field);
        else if (kind == "texts")
            bind_property<std::vector<std::string>>(cls, field);
        else if (kind == "integers")
            bind_property<std::vector<std::int64_t>>(cls, field);
    }
}

template <class T>
py::object to_python(const T& value) {
    return py::cast(value);
}
py::object to_python(const std::vector<LegRecord>& legs);

template <class Holder>
py::dict plain(const Holder& holder, std::span<const Field<Holder>> table) {
    py::dict fields;
    for (const Field<Holder>& field : table)
        fields[field.name] =
            std::visit([](const auto& value) { return to_python(value); }, field.get(holder));
    return fields;
}

/// As the field's kind asks for lists; else as what it is.
FieldValue value_of(const py::handle& value, std::string_view kind, bool nullable);

/// What a worker or a store hands over, perhaps damaged: DataError naming the field of `what`.
template <class Holder>
Holder read_fields(const char* what, const py::dict& given, std::span<const Field<Holder>> table) {
    Holder holder;
    for (const Field<Holder>& field : table) {
        bool fits = field.set == nullptr;
        try {
            if (!fits && given.contains(field.name))
                fits = field.set(holder, value_of(given[field.name], field.kind, field.nullable));
        } catch (const py::cast_error&) {  // NOLINT(bugprone-empty-catch): told below
        } catch (const ConfigError&) {     // NOLINT(bugprone-empty-catch): an integer out of range
        }
        if (!fits) {
            throw DataError(
                message(what, ": field '", field.name, "' is missing or of another kind"));
        }
    }
    return holder;
}

}  // namespace latpred::bindings

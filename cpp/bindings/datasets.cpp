#include "bindings/bindings.hpp"
#include "bindings/pickles.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/audit.hpp"
#include "datasets/audit_lines.hpp"
#include "datasets/checks.hpp"
#include "datasets/net_strings.hpp"
#include "datasets/splits.hpp"
#include "datasets/text_rows.hpp"
#include "datasets/time_units.hpp"

namespace latpred::bindings {
namespace {

using Values = Array<double>;
using MaybeValues = std::optional<Values>;

/// Views of arrays that the caller keeps alive.
LatencyColumns columns_of(const Values& latency, const MaybeValues& low, const MaybeValues& high) {
    return {view(latency), low ? view(*low) : std::span<const double>{},
            high ? view(*high) : std::span<const double>{}};
}

using Lines = std::vector<std::size_t>;

void require_usable_columns(std::size_t rows, const Values& latency, const MaybeValues& low,
                            const MaybeValues& high, bool raise, const Lines& lines) {
    const LatencyColumns columns = columns_of(latency, low, high);
    require_lengths(rows, columns);
    if (raise)
        require_usable(columns, {lines});
}

/// The unit that a text names, ms where it is empty.
TimeUnit unit_of(const std::string& text) {
    const std::optional<TimeUnit> unit = text.empty() ? TimeUnit::ms : time_unit(text);
    if (!unit)
        throw ConfigError(message("unit '", excerpt(text), "': ns, us, ms or s expected"));
    return *unit;
}

void bind_checks(py::module_& m) {
    m.def("check", &require_usable_columns, py::arg("rows"), py::arg("latency_ms"),
          py::arg("low_ms"), py::arg("high_ms"), py::arg("raise_unusable"),
          py::arg("lines") = Lines(),
          "DataError for wrong lengths and, where asked, for unusable rows.");
    m.def(
        "unusable_rows",
        [](const Values& latency, const MaybeValues& low, const MaybeValues& high) {
            return to_numpy(unusable_rows(columns_of(latency, low, high)));
        },
        py::arg("latency_ms"), py::arg("low_ms"), py::arg("high_ms"),
        "Rows whose latency is no positive finite number within its interval.");
    m.def(
        "check_consistent",
        [](const Architectures& archs, const Values& latency, const Lines& lines) {
            require_consistent(archs, view(latency), {lines});
        },
        py::arg("archs"), py::arg("latency_ms"), py::arg("lines") = Lines(),
        "DataError where a network comes with different latencies.");
    m.def(
        "conflicting_rows",
        [](const Architectures& archs, const Values& latency) {
            return to_numpy(conflicting_rows(archs, view(latency)));
        },
        py::arg("archs"), py::arg("latency_ms"),
        "Rows that repeat an earlier network with another latency.");
    m.def(
        "parse_numbers",
        [](const std::vector<std::string>& texts, const std::string& unit) {
            const TimeUnit given = unit_of(unit);
            std::vector<double> values;
            for (const std::string& text : texts)
                values.push_back(to_ms(cell_number(text), given));
            return to_numpy(std::move(values));
        },
        py::arg("texts"), py::arg("unit") = "",
        "Numbers in any locale, of a unit of time as ms; NaN for what is none.");
    m.def("no_number", &no_number, py::arg("cell"), "What is wrong with a cell, in words.");
    m.def(
        "column_name",
        [](const std::string& column) {
            const ColumnName name = column_name(column);
            return std::pair(name.stem, name.unit ? std::string(unit_name(*name.unit)) : "");
        },
        py::arg("column"), "(words, unit or '') of a column's name. Raises DataError.");
    m.def(
        "first_few", [](const std::vector<std::string>& items) { return join_few(items, 5, "; "); },
        py::arg("items"), "The first five and how many more.");
}

void bind_lines(py::module_& m) {
    m.def(
        "gene_lines",
        [](const Architectures& archs, const Values& latency, std::size_t column,
           std::size_t most) {
            const std::span<const double> values = view(latency);
            GeneLines found;
            {
                const Cancellable cancellable;
                found = gene_lines(archs, values, column, most);
            }
            std::vector<std::pair<std::vector<int>, std::vector<double>>> lines;
            for (GeneLine& line : found.lines)
                lines.emplace_back(std::move(line.choices), std::move(line.relative));
            return std::pair(std::move(lines), to_numpy(std::move(found.expected)));
        },
        py::arg("archs"), py::arg("latency_ms"), py::arg("column"), py::arg("most"),
        "Groups of networks alike but for one gene, as (its choices, latencies over the first's), "
        "and\nthe median growth of multiply-accumulates for each choice. Raises ConfigError.");
    m.def(
        "stretch_medians",
        [](const Values& values, std::size_t count) {
            Stretches found = stretch_medians(view(values), count);
            return std::pair(to_numpy(std::move(found.centres)),
                             to_numpy(std::move(found.medians)));
        },
        py::arg("values"), py::arg("count"),
        "(centres, medians) of about `count` consecutive stretches; NaN are left out.");
    m.def(
        "known_median", [](const Values& values) { return known_median(view(values)); },
        py::arg("values"), "The median of those that are no NaN.");
}

void bind_text_rows(py::module_& m) {
    py::class_<TextRows>(m, "TextRows", "Rows of a table read from text.")
        .def_readonly("archs", &TextRows::archs, "Architectures of the readable rows.")
        .def_property_readonly(
            "values", [](const TextRows& t) { return to_numpy(std::vector<double>(t.values)); },
            "Their numbers, float64.")
        .def_property_readonly(
            "rows", [](const TextRows& t) { return to_numpy(std::vector<std::size_t>(t.rows)); },
            "Their row numbers.")
        .def_readonly("problems", &TextRows::problems, "One text for each unreadable row.");
    m.def(
        "read_text_rows",
        [](const std::shared_ptr<Space>& space, const std::vector<std::string>& architectures,
           const std::vector<std::string>& values, const Lines& lines, const std::string& unit) {
            TextRows read = read_text_rows(space, architectures, values, {lines});
            convert_to_ms(read, unit_of(unit));
            return read;
        },
        py::arg("space").none(false), py::arg("architectures"), py::arg("values"),
        py::arg("lines") = Lines(), py::arg("unit") = "", Release(),
        "Reads canonical strings or literals (never evaluated) and their numbers, in ms where they "
        "are\nof a unit of time. `lines` name the rows.");
    m.def(
        "read_net_strings",
        [](const std::shared_ptr<Space>& space, const std::vector<std::string>& networks,
           const std::vector<std::string>& resolutions, const std::vector<std::string>& units,
           const std::vector<std::string>& latencies, const Lines& lines) {
            return read_net_strings(space, {networks, resolutions, units, latencies}, {lines});
        },
        py::arg("space").none(false), py::arg("networks"), py::arg("resolutions"), py::arg("units"),
        py::arg("latencies"), py::arg("lines") = Lines(), Release(),
        "Rows of the block profiler's files, in ms. Raises ConfigError, DataError.");
    m.def("net_strings", &net_strings, py::arg("archs"),
          "As the block profiler's files write them. Raises ConfigError.");
    m.def("net_resolutions", &net_resolutions, py::arg("archs"), "In pixels. Raises ConfigError.");
}

}  // namespace

void bind_datasets(py::module_& m) {
    bind_checks(m);
    bind_lines(m);
    bind_text_rows(m);
    m.def(
        "split_rows",
        [](const Architectures& archs, const std::string& method,
           const std::vector<double>& fractions, std::uint64_t seed, bool ignore_resolution) {
            const Watched watched;
            py::list parts;
            for (auto& rows : split_rows(archs, {method, fractions, seed, ignore_resolution}))
                parts.append(to_numpy(std::move(rows)));
            return parts;
        },
        py::arg("archs"), py::arg("method"), py::arg("fractions"), py::arg("seed"),
        py::arg("ignore_resolution"), "Rows of each part; see LatencyTable.split.");
    py::class_<Finding>(m, "Finding", R"(One finding of an audit.

Example:
    >>> found = lp.audit_splits(table[:40], table[30:]).findings[0]
    >>> found.kind, len(found.rows)
    ('leak', 10))")
        .def_readonly("kind", &Finding::kind, "E.g. 'ignored-gene'.")
        .def_property_readonly(
            "rows", [](const Finding& f) { return to_numpy(std::vector<std::size_t>(f.rows)); },
            "Rows concerned, ascending.")
        .def_readonly("message", &Finding::message, "What was found, in words.")
        .def_readonly("gene", &Finding::gene, "Name of the gene that is ignored; else empty.")
        .def("__repr__", [](const Finding& f) { return f.kind + ": " + f.message; })
        .def(pickled(&Finding::kind, &Finding::rows, &Finding::message, &Finding::gene));
    m.def(
        "audit",
        [](const Architectures& archs, const Values& latency) {
            const std::span<const double> values = view(latency);
            Audit result;
            {
                const Cancellable cancellable;
                result = audit(archs, values);
            }
            return py::make_tuple(std::move(result.findings),
                                  to_numpy(std::move(result.residuals)));
        },
        py::arg("archs"), py::arg("latency_ms"),
        "Findings of the first check of a table, and N relative residuals (NaN where unknown).");
    m.def(
        "audit_parts",
        [](const std::vector<std::string>& names,
           const std::vector<std::tuple<std::size_t, std::string, const Architectures*>>& given) {
            std::vector<PartTable> tables;
            for (const auto& [part, device, archs] : given)
                tables.push_back({part, device, archs});
            const Cancellable cancellable;
            return audit_parts(names, tables);
        },
        py::arg("names"), py::arg("tables"),
        "Leaks between parts, given as (number of the part, device, architectures).");
}

}  // namespace latpred::bindings

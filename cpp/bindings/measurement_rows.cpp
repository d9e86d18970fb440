// Results of campaigns: their properties, and as plain values, follow from the tables of fields.
#include "base/text.hpp"
#include "bindings/measurement_fields.hpp"
#include "bindings/pickles.hpp"

namespace latpred::bindings {
namespace {

/// A column as Python sees it.
struct FieldInfo {
    std::string name;
    std::string kind;
    std::string unit;
    bool nullable;
    std::string sentence;
    bool derived;
};

template <class Holder>
std::vector<FieldInfo> described(std::span<const Field<Holder>> table) {
    std::vector<FieldInfo> found;
    for (const Field<Holder>& field : table) {
        found.push_back({field.name, field.kind, field.unit, field.nullable, field.sentence,
                         field.set == nullptr});
    }
    return found;
}

template <class Holder>
std::vector<Holder> read_all(const std::vector<py::dict>& given,
                             std::span<const Field<Holder>> table) {
    std::vector<Holder> found;
    for (const py::dict& fields : given)
        found.push_back(read_fields("measured row", fields, table));
    return found;
}

Campaign campaign_from(const py::dict& fields, const std::vector<py::dict>& references,
                       std::vector<NetworkResult> rows) {
    auto campaign = read_fields("measured row", fields, campaign_fields());
    campaign.references = read_all(references, reference_fields());
    if (campaign.references.empty())
        throw DataError("measured campaign: no reference, at least one expected");
    campaign.rows = std::move(rows);
    return campaign;
}

void bind_fields(py::module_& m) {
    py::class_<FieldInfo>(m, "Field", "A column of what is known of a row or campaign.")
        .def_readonly("name", &FieldInfo::name)
        .def_readonly("kind", &FieldInfo::kind,
                      "boolean, integer, real, text, texts, integers or legs.")
        .def_readonly("unit", &FieldInfo::unit, "Empty where there is none.")
        .def_readonly("nullable", &FieldInfo::nullable, "Whether it may be NaN: not known.")
        .def_readonly("sentence", &FieldInfo::sentence)
        .def_readonly("derived", &FieldInfo::derived, "Whether it follows from other columns.");
    m.def("row_fields", [] { return described(row_fields()); }, "Columns of NetworkResult.");
    m.def(
        "reference_fields", [] { return described(reference_fields()); },
        "Columns of ReferenceResult.");
    m.def(
        "campaign_fields", [] { return described(campaign_fields()); },
        "Columns of Campaign, without rows and references.");
    m.def("record_fields", [] { return described(record_fields()); }, "Columns of VisitRecord.");
}

}  // namespace

void bind_measurement_rows(py::module_& m) {
    bind_fields(m);
    py::class_<NetworkResult> row(
        m, "NetworkResult",
        R"(One row of a campaign: the latency of one network, and how it was found.

Example:
    >>> from latpred.measurement import ScriptedRunnable, SyntheticClock
    >>> clock = SyntheticClock()
    >>> meter = lp.LatencyMeter(clock=clock)
    >>> slow, fast = (ScriptedRunnable(str(ms), clock, [ms]) for ms in (2.0, 1.0))
    >>> (row,) = meter.measure_callables([slow], fast)
    >>> row.status, round(row.latency_ms, 3), round(row.ratio, 3)
    ('converged', 2.0, 2.0))");
    bind_properties(row, row_fields());
    row.def(
           "fields", [](const NetworkResult& r) { return plain(r, row_fields()); },
           "All as plain values.")
        .def_static(
            "from_fields",
            [](const py::dict& fields) {
                return read_fields("measured row", fields, row_fields());
            },
            py::arg("fields"),
            "The row of which `fields` are the values, None for NaN; DataError for another kind.")
        .def(py::pickle(
            [](const NetworkResult& r) { return py::make_tuple(plain(r, row_fields())); },
            [](const py::tuple& state) {
                return read_fields("measured row", entry_of<py::dict>(state, 0), row_fields());
            }))
        .def("__repr__", [](const NetworkResult& r) {
            return message("NetworkResult(", r.name, ": ", r.latency_ms, " ms [", r.low_ms, ", ",
                           r.high_ms, "], ", to_string(r.status), ")");
        });
    py::class_<ReferenceResult> reference(m, "ReferenceResult", "A reference over the campaign.");
    bind_properties(reference, reference_fields());
    reference
        .def(
            "fields", [](const ReferenceResult& r) { return plain(r, reference_fields()); },
            "All as plain values.")
        .def(py::pickle(
            [](const ReferenceResult& r) { return py::make_tuple(plain(r, reference_fields())); },
            [](const py::tuple& state) {
                return read_fields("reference", entry_of<py::dict>(state, 0), reference_fields());
            }));
    py::class_<Campaign> campaign(m, "Campaign", "All rows, in the caller's order.");
    bind_properties(campaign, campaign_fields());
    campaign.def_readonly("rows", &Campaign::rows)
        .def_readonly("references", &Campaign::references, "From small to large.")
        .def_property_readonly(
            "reference",
            [](const Campaign& c) { return c.references[main_reference(c.references.size())]; },
            "The one that sets the scale.")
        .def(
            "fields", [](const Campaign& c) { return plain(c, campaign_fields()); },
            "What is known of it as a whole, as plain values.")
        .def_static("from_fields", &campaign_from, py::arg("fields"), py::arg("references"),
                    py::arg("rows"),
                    "The campaign of those values, of its references' and with those rows;\n"
                    "DataError for another kind.")
        .def(py::pickle(
            [](const Campaign& c) {
                py::list references;
                for (const ReferenceResult& one : c.references)
                    references.append(plain(one, reference_fields()));
                return py::make_tuple(plain(c, campaign_fields()), references, c.rows);
            },
            [](const py::tuple& state) {
                return campaign_from(entry_of<py::dict>(state, 0),
                                     entry_of<std::vector<py::dict>>(state, 1),
                                     entry_of<std::vector<NetworkResult>>(state, 2));
            }));
}

}  // namespace latpred::bindings

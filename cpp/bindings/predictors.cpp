#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "predictors/flops.hpp"
#include "predictors/lookup.hpp"
#include "predictors/lookup_keys.hpp"
#include "predictors/model_file.hpp"
#include "predictors/registry.hpp"
#include "predictors/table_predictor.hpp"
#include "predictors/whole_table.hpp"

namespace latpred::bindings {
namespace {

using Notes = std::map<std::string, std::string>;

std::shared_ptr<Predictor> make_lookup(const std::shared_ptr<Space>& space,
                                       const LookupEntries& entries, const std::string& device) {
    ModelInfo info;
    info.kind = "lookup-table";
    info.device = device;
    return std::make_shared<TablePredictor>(space, info, lookup_terms(space, entries));
}

std::shared_ptr<Predictor> make_table(const std::shared_ptr<Space>& space, const std::string& kind,
                                      const std::string& unit, bool any_width,
                                      const std::vector<std::vector<int>>& columns,
                                      std::vector<std::vector<double>> values) {
    if (columns.size() != values.size()) {
        throw ConfigError(message("make_table: columns of ", columns.size(),
                                  " tables but values of ", values.size()));
    }
    std::vector<TableTerm> terms;
    for (std::size_t i = 0; i < columns.size(); ++i)
        terms.push_back({columns[i], std::move(values[i])});
    ModelInfo info;
    info.kind = kind;
    info.unit = unit;
    info.any_width = any_width;
    return std::make_shared<TablePredictor>(space, info, std::move(terms));
}

void bind_predictor(py::module_& m) {
    py::class_<Predictor, Objective, std::shared_ptr<Predictor>>(
        m, "Predictor", "An objective that knows its space and can be kept in a file.")
        .def_property_readonly(
            "space", [](const Predictor& p) { return std::const_pointer_cast<Space>(p.space()); })
        .def_property_readonly("kind", [](const Predictor& p) { return p.info().kind; })
        .def_property(
            "unit", [](const Predictor& p) { return p.info().unit; },
            [](Predictor& p, std::string unit) { p.info().unit = std::move(unit); })
        .def_property(
            "device", [](const Predictor& p) { return p.info().device; },
            [](Predictor& p, std::string text) { p.info().device = std::move(text); })
        .def_property(
            "notes", [](const Predictor& p) { return p.info().notes; },
            [](Predictor& p, Notes notes) { p.info().notes = std::move(notes); })
        .def_property_readonly("training_hash",
                               [](const Predictor& p) { return p.info().training_hash; })
        .def_property_readonly("training_rows",
                               [](const Predictor& p) { return p.info().training_rows; })
        .def("save", &save_predictor, py::arg("path"), Release(),
             "Writes a `.latpred` file. Raises StorageError.")
        .def(
            "to_bytes", [](const Predictor& p) { return py::bytes(predictor_bytes(p)); },
            "The content of the file.");
}

void bind_models(py::module_& m) {
    py::class_<TablePredictor, Predictor, std::shared_ptr<TablePredictor>>(
        m, "TablePredictor", "A sum of tables over few genes each.")
        .def_property_readonly(
            "terms",
            [](const TablePredictor& p) {
                py::list terms;
                for (const TableTerm& term : p.table().terms())
                    terms.append(py::make_tuple(term.columns, term.values));
                return terms;
            },
            "(gene columns, values row-major over their choices) of each table.")
        .def_property_readonly("lookups",
                               [](const TablePredictor& p) { return p.table().lookups(); });
    py::class_<FlopsPredictor, Predictor, std::shared_ptr<FlopsPredictor>>(
        m, "FlopsPredictor", "Affine in multiply-accumulates.")
        .def_property_readonly("constant", &FlopsPredictor::constant)
        .def_property_readonly("per_gmac", &FlopsPredictor::per_gmac);
}

}  // namespace

void bind_fitters(py::module_& m);
void bind_intervals(py::module_& m);
void bind_predictor_algebra(py::module_& m);
void bind_gaussian_process(py::module_& m);
void bind_predictor_labels(py::module_& m);
void bind_predictor_parts(py::module_& m);
void bind_surrogates(py::module_& m);
void bind_training_rows(py::module_& m);

void bind_predictors(py::module_& m) {
    register_core();
    bind_predictor_algebra(m);
    bind_predictor(m);
    bind_models(m);
    bind_intervals(m);
    bind_gaussian_process(m);
    bind_predictor_labels(m);
    bind_predictor_parts(m);
    bind_surrogates(m);
    bind_training_rows(m);
    bind_fitters(m);
    m.def("make_lookup", &make_lookup, py::arg("space").none(false), py::arg("entries"),
          py::kw_only(), py::arg("device"), Release(),
          "From {resolution: {key: ms}}. Raises LookupTableError, DataError.");
    m.def(
        "lookup_keys",
        [](const Architectures& archs) {
            std::vector<std::vector<std::string>> keys(archs.size());
            for (std::size_t i = 0; i < archs.size(); ++i) {
                const Space& space = archs.space();
                for (LookupKey& part :
                     lookup_keys(space.lower(archs.row(i)), space.family().lookup_form()))
                    keys[i].push_back(std::move(part.key));
            }
            return keys;
        },
        py::arg("archs"), "The table entries of each architecture, in order. Raises ConfigError.");
    m.def("make_table", &make_table, py::arg("space").none(false), py::kw_only(), py::arg("kind"),
          py::arg("unit"), py::arg("any_width"), py::arg("columns"), py::arg("values"),
          "A sum of given tables. Raises ConfigError.");
    m.def(
        "make_whole_table",
        [](const Architectures& archs, const Array<double>& percent,
           const std::vector<std::size_t>& lines) {
            return std::shared_ptr<Predictor>(make_whole_table(archs, view(percent), {lines}));
        },
        py::arg("archs"), py::arg("percent"), py::arg("lines") = std::vector<std::size_t>(),
        "Accuracies of all networks of a small space. Raises DataError, ConfigError.");
    m.def("load_predictor", &load_predictor, py::arg("path"), Release(),
          "Raises StorageError, CorruptionError, ModelVersionError, SchemaError.");
    m.def(
        "predictor_from_bytes",
        [](const py::bytes& bytes, const std::string& where) {
            return predictor_from_bytes(std::string_view(bytes), where);
        },
        py::arg("bytes"), py::arg("where") = "model", "Raises as `load_predictor`.");
}

}  // namespace latpred::bindings

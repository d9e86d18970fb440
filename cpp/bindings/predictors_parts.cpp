// Look-up tables of parts: the catalogue of a space, designs and fits.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"
#include "bindings/eigen.hpp"
#include "bindings/monitor.hpp"
#include "bindings/pickles.hpp"
#include "bindings/spaces.hpp"
#include "predictors/part_catalogue.hpp"
#include "predictors/part_fit.hpp"
#include "predictors/part_summary.hpp"
#include "predictors/table_predictor.hpp"

namespace latpred::bindings {
namespace {

using Catalogue = PartCatalogue;

std::shared_ptr<Catalogue> make_catalogue(const std::shared_ptr<Space>& space,
                                          const std::string& by) {
    const PartSize size = part_size(by);
    PythonMonitor monitor(std::nullopt);
    const Cancellable cancellable;
    return std::make_shared<Catalogue>(space, size, monitor);
}

py::array_t<double> counts(const Catalogue& catalogue, const Architectures& archs) {
    std::vector<double> values;
    {
        const Cancellable cancellable;
        values = catalogue.counts(archs);
    }
    return to_numpy(std::move(values), {static_cast<py::ssize_t>(archs.size()),
                                        static_cast<py::ssize_t>(catalogue.entries().size())});
}

/// P x 3: multiply-accumulates, bytes moved and kernels of each part.
py::array_t<double> costs(const Catalogue& catalogue) {
    return to_numpy(part_costs(catalogue),
                    {static_cast<py::ssize_t>(catalogue.entries().size()), 3});
}

std::shared_ptr<Predictor> make_model(const Catalogue& catalogue, const Array<double>& values,
                                      double constant, const std::string& kind,
                                      const std::string& device) {
    ModelInfo info;
    info.kind = kind;
    info.device = device;
    return std::make_shared<TablePredictor>(catalogue.space(), info,
                                            catalogue.terms(view(values), constant));
}

py::dict fit_parts_of(const Array<double>& counts, const Array<double>& base,
                      const Array<double>& scale, const Array<double>& latency) {
    PartFit result;
    PartSummary figures;
    {
        const Eigen::MatrixXd x = to_matrix(counts, "counts");
        const Eigen::MatrixXd expected = to_matrix(base, "base");
        const Eigen::VectorXd s = to_vector(scale);
        const Eigen::VectorXd y = to_vector(latency);
        const Cancellable cancellable;
        result = fit_parts(x, expected, s, y);
        figures = summary(result, x, {y.data(), static_cast<std::size_t>(y.size())});
    }
    py::dict d;
    d["mean"] = to_array(result.mean);
    d["error"] = to_array(result.error);
    d["constant"] = result.constant;
    d["constant_error"] = result.constant_error;
    d["noise"] = result.noise;
    d["spread"] = result.spread;
    d["held_out"] = to_array(result.held_out);
    d["values"] = figures.values;
    d["seen"] = figures.seen;
    d["held_out_figures"] = figures.held_out;
    d["noise_percent"] = figures.noise_percent;
    return d;
}

void bind_catalogue(py::module_& m) {
    py::class_<Catalogue, std::shared_ptr<Catalogue>>(
        m, "PartCatalogue", "All different parts that networks of a space are made of.")
        .def(py::init(&make_catalogue), py::arg("space").none(false), py::arg("by"),
             "`by`: 'block' or 'layer'. Raises ConfigError.")
        .def("__len__", [](const Catalogue& c) { return c.entries().size(); })
        .def(py::pickle(
            [](const Catalogue& c) {
                return py::make_tuple(std::const_pointer_cast<Space>(c.space()),
                                      c.size() == PartSize::block ? "block" : "layer");
            },
            [](const py::tuple& state) {
                return make_catalogue(entry_of<std::shared_ptr<Space>>(state, 0),
                                      entry_of<std::string>(state, 1));
            }))
        .def_property_readonly(
            "space", [](const Catalogue& c) { return std::const_pointer_cast<Space>(c.space()); })
        .def(
            "key", [](const Catalogue& c, std::size_t i) { return c.entries().at(i).key; },
            py::arg("part"), "Text of all that its cost depends on.")
        .def(
            "place", [](const Catalogue& c, std::size_t i) { return c.entries().at(i).place; },
            py::arg("part"), "Where it was met first.")
        .def(
            "graph", [](const Catalogue& c, std::size_t i) { return c.entries().at(i).graph; },
            py::arg("part"), "The part as a network of its own.")
        .def(
            "reachable",
            [](const Catalogue& c, std::size_t i) { return c.entries().at(i).reachable; },
            py::arg("part"), "Whether a network of the (restricted) space has it.")
        .def("counts", &counts, py::arg("archs"), "N x P: how often networks have each part.")
        .def("costs", &costs, "P x 3: multiply-accumulates, bytes moved, kernels.")
        .def(
            "expected_sizes", [](const Catalogue& c) { return to_numpy(expected_sizes(c)); },
            "P numbers: how parts compare in multiply-accumulates, bytes and kernels.")
        .def(
            "ofa_entries",
            [](const Catalogue& c, const Array<double>& values) {
                return c.ofa_entries(view(values));
            },
            py::arg("values"), "{resolution: {OFA's key: ms}}. Raises ConfigError.")
        .def("model", &make_model, py::arg("values"), py::kw_only(), py::arg("constant"),
             py::arg("kind"), py::arg("device"),
             "A predictor; NaN where not measured. Raises LookupTableError.");
}

}  // namespace

void bind_predictor_parts(py::module_& m) {
    bind_catalogue(m);
    m.def("usual_networks", &usual_networks, py::arg("parts"),
          "Networks to measure for so many parts where nobody says.");
    m.def("graph_key", &graph_key, py::arg("graph"),
          "Text of all that the cost of a network depends on; equal parts have equal keys.");
    m.def(
        "design_rows",
        [](const Array<double>& counts, const Array<double>& scale, std::size_t count) {
            const Eigen::MatrixXd x = to_matrix(counts, "counts");
            const Eigen::VectorXd s = to_vector(scale);
            std::vector<std::size_t> rows;
            {
                const Cancellable cancellable;
                rows = design_rows(x, s, count);
            }
            return rows;
        },
        py::arg("counts"), py::arg("scale"), py::arg("count"),
        "Rows of a greedy D-optimal design, in order. Raises ConfigError.");
    m.def("fit_parts", &fit_parts_of, py::arg("counts"), py::arg("base"), py::arg("scale"),
          py::arg("latency"),
          "dict of mean and error (P), constant, constant_error, noise, spread, held_out (N), and "
          "of\n"
          "what follows: values with intervals and seen (P), held_out_figures, noise_percent.\n"
          "Raises DataError.");
}

}  // namespace latpred::bindings

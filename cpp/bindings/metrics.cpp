#include "metrics/evaluation.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"

namespace latpred::bindings {
namespace {

Evaluation evaluate_arrays(const Array<double>& truth, const Array<double>& predicted) {
    for (const Array<double>* values : {&truth, &predicted}) {
        if (values->ndim() != 1) {
            throw DataError(message("evaluate: vectors expected, got shape ",
                                    py::str(values->attr("shape")).cast<std::string>()));
        }
    }
    const std::span<const double> a = view(truth);
    const std::span<const double> b = view(predicted);
    const py::gil_scoped_release release;
    return evaluate(a, b);
}

}  // namespace

void bind_metrics(py::module_& m) {
    py::class_<Evaluation>(m, "Evaluation", "Errors and rank correlations of N predictions.")
        .def_readonly("count", &Evaluation::count, "N.")
        .def_readonly("mae_ms", &Evaluation::mae, "Mean absolute error.")
        .def_readonly("rmse_ms", &Evaluation::rmse, "Root of the mean squared error.")
        .def_readonly("mape_percent", &Evaluation::mape_percent, "Mean relative error.")
        .def_readonly("within_5_percent", &Evaluation::within_5_percent,
                      "Share off by at most 5 % of the truth, 0 to 100.")
        .def_readonly("within_10_percent", &Evaluation::within_10_percent,
                      "Share off by at most 10 % of the truth, 0 to 100.")
        .def_readonly("spearman", &Evaluation::spearman, "Rank correlation, ties averaged.")
        .def_readonly("kendall", &Evaluation::kendall, "Kendall's tau-b.")
        .def_readonly("pearson", &Evaluation::pearson, "Linear correlation.");
    m.def("evaluate", &evaluate_arrays, py::arg("true_ms"), py::arg("predicted_ms"),
          "See latpred.evaluate.");
}

}  // namespace latpred::bindings

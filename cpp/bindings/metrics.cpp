#include "metrics/determination.hpp"
#include "metrics/evaluation.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"
#include "bindings/pickles.hpp"
#include "metrics/additivity.hpp"
#include "metrics/coverage_test.hpp"
#include "metrics/margins.hpp"
#include "metrics/noise_ceiling.hpp"
#include "metrics/repeated.hpp"
#include "metrics/top_overlap.hpp"
#include "metrics/verdicts.hpp"

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
    const Cancellable cancellable;
    return evaluate(a, b);
}

void bind_repeated(py::module_& m) {
    m.def(
        "mean_interval",
        [](const Array<double>& values) {
            const MeanInterval found = mean_interval(view(values));
            return py::make_tuple(found.mean, found.deviation, found.low, found.high);
        },
        py::arg("values"), "(mean, standard deviation, ends of the mean's 95 % interval).");
    m.def(
        "paired_test",
        [](const Array<double>& first, const Array<double>& second, std::uint64_t seed) {
            const PairedTest found = paired_test(view(first), view(second), seed);
            return py::make_tuple(found.pairs, found.difference, found.low, found.high,
                                  found.p_value);
        },
        py::arg("first"), py::arg("second"), py::arg("seed") = 0,
        "(pairs, mean difference, ends of its 95 % interval, p value). Raises DataError.");
}

void bind_verdicts(py::module_& m) {
    m.def(
        "limit_verdicts",
        [](const Array<double>& limits, const Array<double>& values, const Array<double>& low,
           const Array<double>& high) {
            return limit_verdicts(view(limits), view(values), view(low), view(high));
        },
        py::arg("limits"), py::arg("values"), py::arg("low"), py::arg("high"),
        "See latpred.metrics.limit_verdicts; four vectors of N.");
    m.def(
        "change_verdicts",
        [](const Array<double>& reference_low, const Array<double>& reference_high,
           const Array<double>& low, const Array<double>& high) {
            return change_verdicts(view(reference_low), view(reference_high), view(low),
                                   view(high));
        },
        py::arg("reference_low"), py::arg("reference_high"), py::arg("low"), py::arg("high"),
        "Whether each of N intervals lies above or below that of its reference. Raises DataError.");
}

void bind_judging(py::module_& m) {
    m.def(
        "noise_ceiling",
        [](const Array<double>& truth, const Array<double>& noise_percent, std::uint64_t seed) {
            const std::span<const double> values = view(truth);
            const std::span<const double> noise = view(noise_percent);
            const Cancellable cancellable;
            return noise_ceiling(values, noise, seed);
        },
        py::arg("true_ms"), py::arg("noise_percent"), py::arg("seed"),
        "See latpred.metrics.noise_ceiling; two vectors of N.");
    m.def("coverage_p_value", &coverage_p_value, py::arg("inside"), py::arg("total"),
          py::arg("confidence"), py::arg("calibration_rows") = py::none(), Release(),
          "See latpred.metrics.coverage_test.");
}

}  // namespace

void bind_metrics(py::module_& m) {
    bind_judging(m);
    bind_repeated(m);
    bind_verdicts(m);
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
        .def_readonly("pearson", &Evaluation::pearson, "Linear correlation.")
        .def(pickled(&Evaluation::count, &Evaluation::mae, &Evaluation::rmse,
                     &Evaluation::mape_percent, &Evaluation::within_5_percent,
                     &Evaluation::within_10_percent, &Evaluation::spearman, &Evaluation::kendall,
                     &Evaluation::pearson));
    py::class_<Bounded>(m, "Bounded", "A number with its interval at 95 %.")
        .def_readonly("value", &Bounded::value)
        .def_readonly("low", &Bounded::low)
        .def_readonly("high", &Bounded::high)
        .def(pickled(&Bounded::value, &Bounded::low, &Bounded::high))
        .def("__repr__",
             [](const Bounded& b) { return message(b.value, " [", b.low, ", ", b.high, "]"); });
    py::class_<Additivity>(m, "Additivity", "How far sums of parts are from whole networks.")
        .def_readonly("ratio", &Additivity::ratio, "Median of measured / sum.")
        .def_readonly("spread_percent", &Additivity::spread,
                      "Standard deviation of log (measured / sum).")
        .def_readonly("constant_ms", &Additivity::constant, "measured = constant + slope x sum.")
        .def_readonly("slope", &Additivity::slope)
        .def_readonly("remaining_percent", &Additivity::remaining,
                      "Standard deviation of log (measured / corrected sum).")
        .def(pickled(&Additivity::ratio, &Additivity::spread, &Additivity::constant,
                     &Additivity::slope, &Additivity::remaining));
    m.def(
        "additivity",
        [](const Array<double>& sums, const Array<double>& measured) {
            return additivity(view(sums), view(measured));
        },
        py::arg("sums"), py::arg("measured"),
        "Of N sums and N whole networks. Raises DataError for fewer than 8 or bad values.");
    m.def(
        "safety_margin",
        [](const Array<double>& measured, const Array<double>& predicted, double share) {
            return safety_margin(view(measured), view(predicted), share);
        },
        py::arg("measured"), py::arg("predicted"), py::arg("share"),
        "Quantile `share` of how far measured values exceed predictions, at least 0; DataError.");
    m.def(
        "percent_changes",
        [](const Array<double>& values, const std::vector<std::optional<std::size_t>>& references) {
            return percent_changes(view(values), references);
        },
        py::arg("values"), py::arg("references"),
        "Change of each value from that of its reference's number, if any. Raises DataError.");
    m.def(
        "running_seconds",
        [](const Array<double>& counts, const Array<double>& each_ms) {
            return running_seconds(view(counts), view(each_ms));
        },
        py::arg("counts"), py::arg("each_ms"), "Sum of count x ms, in seconds. Raises DataError.");
    m.def(
        "determination",
        [](const Array<double>& truth, const Array<double>& predicted) {
            return determination(view(truth), view(predicted));
        },
        py::arg("true_ms"), py::arg("predicted_ms"), "R^2; see latpred.Predictor.score.");
    m.def(
        "top_overlap",
        [](const Array<double>& truth, const Array<double>& predicted, std::size_t count,
           bool largest) { return top_overlap(view(truth), view(predicted), count, largest); },
        py::arg("truth"), py::arg("predicted"), py::arg("count"), py::arg("largest"),
        "See latpred.metrics.top_overlap.");
    m.def("student_quantile", &student_quantile, py::arg("degrees"), "97.5 % of Student's t.");
    m.def("evaluate", &evaluate_arrays, py::arg("true_ms"), py::arg("predicted_ms"),
          "See latpred.evaluate.");
}

}  // namespace latpred::bindings

// Rows as fits see them.
#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "predictors/training_rows.hpp"

namespace latpred::bindings {
namespace {

py::array_t<py::ssize_t> row_numbers(const std::vector<std::size_t>& rows) {
    return to_numpy(std::vector<py::ssize_t>(rows.begin(), rows.end()));
}

}  // namespace

void bind_training_rows(py::module_& m) {
    m.def(
        "check_training_values",
        [](const Architectures& archs, const Array<double>& values) {
            check_training_values(archs, view(values));
        },
        py::arg("archs"), py::arg("values"), "Raises DataError.");
    m.def(
        "canonical_rows",
        [](const Architectures& archs, const Array<double>& values) {
            TrainingRows rows = canonical_rows(archs, view(values));
            return py::make_tuple(std::move(rows.archs), to_numpy(std::move(rows.values)),
                                  row_numbers(rows.given), row_numbers(rows.places));
        },
        py::arg("archs"), py::arg("values"),
        "Rows in the order in which fits read them, those equal to the bit once: (archs, values, "
        "the given row that each is, the place of each given row). Raises DataError.");
    m.def(
        "thinned",
        [](const Architectures& archs, std::size_t most) {
            return row_numbers(thinned(archs, most));
        },
        py::arg("archs"), py::arg("most"),
        "Numbers of at most `most` of the canonical rows, chosen by hash.");
}

}  // namespace latpred::bindings

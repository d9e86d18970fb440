// What labels are worth.
#include "bindings/bindings.hpp"
#include "predictors/label_noise.hpp"

namespace latpred::bindings {
namespace {

double labels_noise(const Array<double>& first, const Array<double>& second) {
    return pair_noise(view(first), view(second));
}

ReferenceLevels label_levels(const Array<double>& given) {
    if (given.ndim() != 2)
        throw DataError("levels: an array of campaigns x references expected");
    return {view(given), static_cast<std::size_t>(given.shape(1))};
}

py::array_t<double> label_factors(const Array<double>& levels) {
    const ReferenceLevels given = label_levels(levels);
    return to_numpy(level_factors(given), {levels.shape(0), levels.shape(1)});
}

py::array_t<double> label_shifts(const Array<double>& levels) {
    return to_numpy(level_shifts(label_levels(levels)));
}

}  // namespace

void bind_predictor_labels(py::module_& m) {
    m.def("pair_noise", &labels_noise, py::arg("first"), py::arg("second"),
          "Standard deviation of ln of one label, from networks labelled twice. Raises DataError.");
    m.def("level_factors", &label_factors, py::arg("levels"),
          "C x R factors that bring latencies of C campaigns onto one scale, from the levels of R "
          "references in ms (NaN: not measured). Raises DataError.");
    m.def("level_shifts", &label_shifts, py::arg("levels"),
          "Percent by which each of C campaigns was slower than the median one. Raises DataError.");
}

}  // namespace latpred::bindings

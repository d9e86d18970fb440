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

py::array_t<double> label_tilts(const Array<double>& levels) {
    return to_numpy(level_tilts(label_levels(levels)));
}

py::tuple label_later_scale(const Array<double>& levels, const Array<double>& later,
                            const Array<std::int64_t>& beside) {
    LaterScale found = later_scale(label_levels(levels), {view(later), view(beside)});
    return py::make_tuple(to_numpy(std::move(found.factors)), found.shift);
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
    m.def("level_tilts", &label_tilts, py::arg("levels"),
          "Percent by which the references of each of C campaigns changed against each other; NaN "
          "for fewer than two. Raises DataError.");
    m.def("later_scale", &label_later_scale, py::arg("levels"), py::arg("later"), py::arg("beside"),
          "(N factors that bring the rows of a later campaign onto the scale of C earlier ones, "
          "percent by which it was slower), from the levels of its references in ms and the number "
          "of each row's. Raises DataError.");
}

}  // namespace latpred::bindings

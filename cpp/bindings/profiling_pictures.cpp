// Cuts of pictures, their numbers, and accuracies counted from them.
#include "bindings/profiling.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "profiling/hits.hpp"
#include "profiling/picture_cuts.hpp"

namespace latpred::bindings {
namespace {

py::tuple box_tuple(const PictureBox& box) {
    return py::make_tuple(box.left, box.top, box.right, box.bottom);
}

py::array_t<float> normalised_pixels(const py::array_t<std::uint8_t, py::array::c_style>& pixels) {
    if (pixels.ndim() != 4 || pixels.shape(1) != 3)
        throw ConfigError("pixels: bytes of shape N x 3 x H x W expected");
    py::array_t<float> values({pixels.shape(0), pixels.shape(1), pixels.shape(2), pixels.shape(3)});
    const auto plane = static_cast<std::size_t>(pixels.shape(2) * pixels.shape(3));
    const std::span<const std::uint8_t> from(pixels.data(),
                                             static_cast<std::size_t>(pixels.size()));
    const std::span<float> to(values.mutable_data(), from.size());
    {
        const py::gil_scoped_release release;
        if (plane > 0)
            normalise_pixels(from, plane, to);
    }
    return values;
}

Hits hits_of(const py::array_t<float, py::array::c_style>& outputs,
             const py::array_t<std::int64_t, py::array::c_style>& labels) {
    if (outputs.ndim() != 2 || labels.ndim() != 1)
        throw ConfigError("accuracy: N x classes outputs and N labels expected");
    return count_hits({outputs.data(), static_cast<std::size_t>(outputs.size())},
                      {labels.data(), static_cast<std::size_t>(labels.size())}, outputs.shape(1));
}

}  // namespace

void bind_pictures(py::module_& m) {
    m.def(
        "validation_cut",
        [](int width, int height, int resolution) {
            const PictureCut cut = validation_cut(width, height, resolution);
            return py::make_tuple(py::make_tuple(cut.width, cut.height), box_tuple(cut.part));
        },
        py::arg("width"), py::arg("height"), py::arg("resolution"),
        "(width, height) to scale to, and (left, top, right, bottom) of the centre.");
    m.def(
        "training_change",
        [](int width, int height, std::uint64_t seed, const py::bytes& name) {
            Rng rng(seed, std::string_view(name));
            const PictureChange change = training_change(width, height, rng);
            return py::make_tuple(box_tuple(change.part), change.mirrored, change.brightness,
                                  change.saturation, change.saturation_first);
        },
        py::arg("width"), py::arg("height"), py::arg("seed"), py::arg("name"),
        "(left, top, right, bottom), mirrored, brightness, saturation, saturation first; by "
        "(seed, name).");
    m.def("normalised_pixels", &normalised_pixels, py::arg("pixels"),
          "N x 3 x H x W float32 by the means and deviations of ImageNet's channels.");
    m.def(
        "count_hits",
        [](const py::array_t<float, py::array::c_style>& outputs,
           const py::array_t<std::int64_t, py::array::c_style>& labels) {
            const Hits hits = hits_of(outputs, labels);
            return py::make_tuple(hits.first, hits.five);
        },
        py::arg("outputs"), py::arg("labels"),
        "Pictures whose class is the first output, and among the first five.\n\n"
        "Raises DataError for outputs that are not finite.");
    m.def("wilson_interval", &wilson_interval, py::arg("hits"), py::arg("draws"),
          py::arg("confidence"), "Ends of Wilson's interval of a share.");
}

}  // namespace latpred::bindings

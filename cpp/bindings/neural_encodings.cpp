// Arch2Vec, CATE, and features of networks.
#include "bindings/bindings.hpp"

#include <pybind11/stl/filesystem.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "bindings/encodings.hpp"
#include "neural/feature_table.hpp"
#include "neural/joined_features.hpp"

namespace latpred::bindings {
namespace {

constexpr auto features_doc = R"(Numbers that describe each network of a space beside its graph.

Made from N architectures and N x F finite numbers, or by an encoder, by `lp.joined_features` or
`lp.load_features`; immutable. A learned encoding has numbers for every network of its space, a
table of given numbers for those alone.

Args:
    archs: The N architectures.
    numbers: N x F numbers.
    name: What to call them; "arch2vec" and "cate" are taken.

Raises:
    ConfigError: For numbers of another shape.
    DataError: For no rows, numbers that are not finite, or a network with two rows that differ.

Example:
    >>> features = lp.NetworkFeatures(archs, [[a, 0.5] for a in range(60)], name="mine")
    >>> features.name, features.width, features.encode(archs[:3]).tolist()
    ('mine', 2, [[0.0, 0.5], [1.0, 0.5], [2.0, 0.5]]))";

/// Python holds features without const; they are immutable all the same.
using SharedFeatures = std::shared_ptr<NetworkFeatures>;

SharedFeatures shared(NetworkFeaturesPtr features) {
    return std::const_pointer_cast<NetworkFeatures>(std::move(features));
}

SharedFeatures make_table(const Architectures& archs, const Array<float>& numbers,
                          const std::string& name) {
    if (numbers.ndim() != 2 || static_cast<std::size_t>(numbers.shape(0)) != archs.size())
        throw ConfigError(message("network features: numbers of shape ", archs.size(),
                                  " x F expected, got ", numbers.ndim(), " dimensions and ",
                                  numbers.ndim() > 0 ? numbers.shape(0) : 0, " rows"));
    return std::make_shared<FeatureTable>(archs, static_cast<std::size_t>(numbers.shape(1)),
                                          view(numbers), name);
}

py::array_t<float> encode_networks(const NetworkFeatures& features, const py::object& given,
                                   int threads) {
    const py::object holder =
        as_architectures(std::const_pointer_cast<Space>(features.space()), given);
    const auto& archs = holder.cast<const Architectures&>();
    std::vector<float> numbers;
    {
        const Cancellable cancellable;
        numbers = features.of(archs, threads);
    }
    return to_numpy(std::move(numbers), {static_cast<py::ssize_t>(archs.size()),
                                         static_cast<py::ssize_t>(features.width())});
}

SharedFeatures join_features(const std::vector<SharedFeatures>& parts, const Architectures& archs,
                             int threads) {
    const Cancellable cancellable;
    return std::make_shared<JoinedFeatures>(
        std::vector<NetworkFeaturesPtr>(parts.begin(), parts.end()), archs, threads);
}

void bind_network_features(py::module_& m) {
    py::class_<NetworkFeatures, SharedFeatures>(m, "NetworkFeatures", features_doc)
        .def(py::init(&make_table), py::arg("archs"), py::arg("numbers"), py::kw_only(),
             py::arg("name") = "table", "Raises ConfigError, DataError.")
        .def_property_readonly("name", &NetworkFeatures::name,
                               "Such as 'arch2vec', 'zcp' or 'arch2vec+cate+zcp'.")
        .def_property_readonly("width", &NetworkFeatures::width, "Numbers of a network.")
        .def_property_readonly(
            "space",
            [](const NetworkFeatures& f) { return std::const_pointer_cast<Space>(f.space()); },
            "Space of the networks.")
        .def("encode", &encode_networks, py::arg("archs"), py::kw_only(), py::arg("threads") = 1,
             "N x width float32, a row of which is the same whatever stands beside it and however "
             "many threads compute it. Raises SchemaError for networks of another space, DataError "
             "for those that a table does not have.")
        .def(
            "to_bytes", [](const NetworkFeatures& f) { return py::bytes(features_bytes(f)); },
            "What `save` writes.")
        .def(
            "save",
            [](const NetworkFeatures& f, const std::filesystem::path& path) {
                write_file(path.string(), features_bytes(f));
            },
            py::arg("path"), Release(), "Write a file for `lp.load_features`. Raises StorageError.")
        .def(py::pickle([](const NetworkFeatures& f) { return py::bytes(features_bytes(f)); },
                        [](const py::bytes& bytes) {
                            return shared(features_from_bytes(std::string_view(bytes), "pickle"));
                        }))
        .def("__repr__", [](const NetworkFeatures& f) {
            return message("<NetworkFeatures '", f.name(), "', ", f.width(), " numbers>");
        });
    m.def(
        "features_from_bytes",
        [](const py::bytes& bytes, const std::string& where) {
            return shared(features_from_bytes(std::string_view(bytes), where));
        },
        py::arg("bytes"), py::arg("where") = "features",
        "Raises CorruptionError, ModelVersionError, SchemaError.");
    m.def("join_features", &join_features, py::arg("parts"), py::arg("archs"), py::kw_only(),
          py::arg("threads") = 1, "Raises ConfigError, DataError, SchemaError.");
}

}  // namespace

void bind_encoder_trainings(py::module_& m);
void bind_learned_encodings(py::module_& m);

void bind_learned_encodings(py::module_& m) {
    bind_network_features(m);
    bind_encoder_trainings(m);
}

}  // namespace latpred::bindings

#include "bindings/encodings.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "encodings/encoding.hpp"
#include "encodings/graph_encoding.hpp"

namespace latpred::bindings {

py::object as_architectures(const SharedSpace& space, const py::object& given) {
    if (py::isinstance<Architectures>(given) &&
        space->same_family(given.cast<const Architectures&>().space()))
        return given;
    return py::cast(space).attr("architectures")(given);
}

namespace {

py::array_t<float> checked_out(const py::object& out, py::ssize_t rows, py::ssize_t columns) {
    const auto expected = message("encode: out must be a writable, C-contiguous float32 array of ",
                                  rows, " x ", columns);
    if (!py::isinstance<py::array_t<float, py::array::c_style>>(out))
        throw ConfigError(expected + ", got " + py::repr(py::type::of(out)).cast<std::string>() +
                          " of another layout");
    auto array = py::reinterpret_borrow<py::array_t<float>>(out);
    if (array.ndim() != 2 || array.shape(0) != rows || array.shape(1) != columns ||
        !array.writeable()) {
        throw ConfigError(expected + ", got shape " +
                          py::str(array.attr("shape")).cast<std::string>());
    }
    return array;
}

py::array_t<float> encode(const SharedSpace& space, const py::object& given,
                          const std::string& name, const py::object& out) {
    const EncodingPtr encoding = make_encoding(name, space);
    const py::object holder = as_architectures(space, given);
    const auto& archs = holder.cast<const Architectures&>();
    const auto rows = static_cast<py::ssize_t>(archs.size());
    const auto columns = static_cast<py::ssize_t>(encoding->features());
    py::array_t<float> target =
        out.is_none() ? py::array_t<float>({rows, columns}) : checked_out(out, rows, columns);
    const std::span<float> values(target.mutable_data(), static_cast<std::size_t>(target.size()));
    {
        const Cancellable cancellable;
        encoding->encode(archs, values);
    }
    return target;
}

py::tuple encode_graph(const SharedSpace& space, const py::object& given) {
    const auto encoding = make_graph_encoding(space);
    const py::object holder = as_architectures(space, given);
    const auto& archs = holder.cast<const Architectures&>();
    const auto rows = static_cast<py::ssize_t>(archs.size());
    const auto nodes = static_cast<py::ssize_t>(encoding->nodes());
    const auto columns = static_cast<py::ssize_t>(encoding->features());
    py::array_t<float> features({rows, nodes, columns});
    py::array_t<float> adjacency({rows, nodes, nodes});
    const std::span<float> values(features.mutable_data(),
                                  static_cast<std::size_t>(features.size()));
    const std::span<float> edges(adjacency.mutable_data(),
                                 static_cast<std::size_t>(adjacency.size()));
    {
        const Cancellable cancellable;
        encoding->encode(archs, values, edges);
    }
    return py::make_tuple(features, adjacency);
}

Architectures decode(const SharedSpace& space, const Array<float>& values,
                     const std::string& name) {
    const EncodingPtr encoding = make_encoding(name, space);
    const auto columns = static_cast<py::ssize_t>(encoding->features());
    if (values.ndim() != 2 || values.shape(1) != columns) {
        throw DataError(message("decode: N x ", columns, " values expected, got shape ",
                                py::str(values.attr("shape")).cast<std::string>()));
    }
    const Cancellable cancellable;
    return encoding->decode(view(values));
}

}  // namespace

void bind_encodings(py::module_& m) {
    m.def("encoding_names", &encoding_names, "Names of all encodings.");
    py::object space = py::type::of<Space>();
    add_method(
        space, "encode", &encode, py::arg("archs"), py::arg("encoding") = "one-hot", py::kw_only(),
        py::arg("out") = py::none(),
        "N x F float32 of N architectures: 'one-hot' (the OFA tutorial's 128 values),\n"
        "'ofa-one-hot' (in the order of the OFA library's encoders, OFA's spaces only),\n"
        "'op-counts' (how often each choice is taken), 'cost-features' (14 raw counts of the\n"
        "op graph), 'adjacency-ops' (what encode_graph gives, as one vector: the adjacency above\n"
        "the diagonal, then the nodes' features) or 'stage-costs' (macs, params, bytes, kernels "
        "and blocks of each unit,\n"
        "and of what lies outside).\n\n"
        "`out` is filled and returned where given: N x F, float32, C-contiguous.\n"
        "Raises ConfigError for an unknown name or a wrong `out`.");
    add_method(space, "decode", &decode, py::arg("values"), py::arg("encoding") = "one-hot",
               "The architectures of N x F values, where the encoding can be reversed.\n\n"
               "Raises DataError naming row and columns for values that no architecture has,\n"
               "ArchitectureError for a resolution bin that stands for other sizes.");
    add_method(
        space, "feature_names",
        [](const SharedSpace& s, const std::string& name) {
            return make_encoding(name, s)->feature_names();
        },
        py::arg("encoding") = "one-hot", "The F columns of the encoding, e.g. 'ks[3]=5'.");
    add_method(
        space, "encode_graph", &encode_graph, py::arg("archs"),
        "N architectures as graphs: node features N x V x F and adjacency N x V x V, where\n"
        "[i, a, b] is 1 if node a feeds node b; both float32.\n\n"
        "A NAS-Bench-201 cell has 8 nodes, input, six operations and output, and 7 features,\n"
        "one-hot (output, input, the operations); `none` loses its edges, `skip_connect` is\n"
        "bridged, and what lies on no way to the output loses its edges. The networks of\n"
        "'darts', 'nasnet', 'amoeba', 'pnas' and 'enas' have the nodes of the normal cell and\n"
        "then those of the reduction cell (two inputs, the operations, the output), one-hot\n"
        "(output, input_0, input_1, the operations); `none` loses its edges. All other spaces\n"
        "are chains of stem, blocks and head with the choices of the blocks one-hot beside\n"
        "stage, stride, channels and height; blocks that a network lacks are zeros.");
    add_method(
        space, "graph_feature_names",
        [](const SharedSpace& s) { return make_graph_encoding(s)->feature_names(); },
        "The F features of the nodes of `encode_graph`, e.g. 'op=k3_e1' or 'stride'.");
    bind_graph_batches(m, space);
}

}  // namespace latpred::bindings

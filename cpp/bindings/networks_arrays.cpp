#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/networks.hpp"

namespace latpred::bindings {
namespace {

/// A name as UTF-8. ConfigError for half a surrogate pair.
std::string text_of(const py::handle& key) {
    try {
        return py::str(key);
    } catch (const py::error_already_set&) {
        throw ConfigError("state dict: a name that is no valid text given, names expected");
    }
}

}  // namespace

Array<float> real_array(const py::object& given, const std::string& what) {
    const py::array array = py::array::ensure(given);
    if (!array || std::string("fiub").find(array.dtype().kind()) == std::string::npos) {
        PyErr_Clear();
        throw ConfigError(message(what, ": ", py::str(py::type::of(given)).cast<std::string>(),
                                  " given, an array of real numbers expected"));
    }
    return {array};
}

StateDict to_state_dict(const py::dict& given) {
    StateDict dict;
    for (const auto& [key, value] : given) {
        const std::string name = text_of(key);
        const auto array = real_array(py::reinterpret_borrow<py::object>(value),
                                      message("state dict entry '", excerpt(name), "'"));
        dict[name] = {{array.shape(), array.shape() + array.ndim()},
                      {array.data(), array.data() + array.size()}};
    }
    return dict;
}

py::array_t<float> to_array(NamedArray&& array) {
    const std::vector<py::ssize_t> shape(array.shape.begin(), array.shape.end());
    return to_numpy(std::move(array.values), shape);
}

py::dict to_arrays(StateDict&& state) {
    py::dict dict;
    for (auto& [name, array] : state)
        dict[py::str(name)] = to_array(std::move(array));
    return dict;
}

Array<float> image_batch(const OpGraph& graph, const py::object& given) {
    Array<float> images = real_array(given, "input");
    const Shape& want = graph.input_shape();
    if (images.ndim() != 4 || images.shape(0) < 1 || images.shape(1) != want.channels ||
        images.shape(2) != want.height || images.shape(3) != want.width) {
        const std::vector<py::ssize_t> got(images.shape(), images.shape() + images.ndim());
        throw ConfigError(message("input: shape (", join(got), ") given, (N, ", want.channels, ", ",
                                  want.height, ", ", want.width, ") with N >= 1 expected"));
    }
    return images;
}

std::vector<float> room_for_output(const OpGraph& graph, const Array<float>& images) {
    return std::vector<float>(batch_elements(images.shape(0), graph.output_shape()));
}

py::array_t<float> output_array(const OpGraph& graph, std::vector<float>&& values) {
    const Shape& to = graph.output_shape();
    const auto batch = static_cast<py::ssize_t>(values.size()) / to.elements();
    if (to.height == 1 && to.width == 1)
        return to_numpy(std::move(values), {batch, to.channels});
    return to_numpy(std::move(values), {batch, to.channels, to.height, to.width});
}

}  // namespace latpred::bindings

// Architectures as users give them: dicts, strings, gene matrices.
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/spaces.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

/// What a user gave, for a message.
std::string shown(py::handle value) {
    PyObject* text = PyObject_Repr(value.ptr());
    if (text == nullptr) {  // e.g. an integer of too many digits
        PyErr_Clear();
        return "a value of " + excerpt(std::string(py::str(py::type::of(value))));
    }
    return excerpt(py::reinterpret_steal<py::str>(text).cast<std::string>());
}

Choice to_choice(py::handle value, const std::string& where) {
    if (py::isinstance<py::str>(value))
        return value.cast<std::string>();
    const double number = PyFloat_AsDouble(value.ptr());
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        throw ArchitectureError(
            message(where, ": ", shown(value), " is neither a number nor a text"));
    }
    return number;
}

ChoiceLists to_lists(const Space& space, const py::dict& dict, const std::string& where) {
    const std::vector<std::string> unused = space.family().unused_keys();
    ChoiceLists lists;
    for (const auto& [key, value] : dict) {
        const std::string name = excerpt(std::string(py::str(key)));
        if (value.is_none() && std::find(unused.begin(), unused.end(), name) != unused.end())
            continue;
        auto& choices = lists[name];
        if (py::isinstance<py::str>(value) || !py::isinstance<py::iterable>(value)) {
            choices.push_back(to_choice(value, where));
        } else {
            for (py::handle item : py::iter(value))
                choices.push_back(to_choice(item, where));
        }
    }
    return lists;
}

Architectures from_matrix(const SpacePtr& space, const py::array& matrix) {
    const char kind = matrix.dtype().kind();
    const auto columns = static_cast<py::ssize_t>(space->gene_count());
    if ((kind != 'i' && kind != 'u') || matrix.ndim() != 2 || matrix.shape(1) != columns) {
        throw ArchitectureError(message(
            "gene matrix: integers of shape N x ", columns, " expected, got ",
            py::str(matrix.dtype()).cast<std::string>(), " of ", matrix.ndim(), " dimensions",
            matrix.ndim() == 2 ? message(" with ", matrix.shape(1), " columns") : ""));
    }
    const Array<std::int64_t> wide(matrix);
    std::vector<GeneValue> genes(static_cast<std::size_t>(wide.size()));
    std::transform(wide.data(), wide.data() + wide.size(), genes.begin(), [](std::int64_t v) {
        return static_cast<GeneValue>(std::clamp<std::int64_t>(v, -1, INT16_MAX));
    });
    return architectures_from_matrix(space, std::move(genes));
}

Architectures from_sequence(const SpacePtr& space, const py::sequence& items) {
    Architectures archs(space);
    std::size_t number = 0;
    Pulse pulse(256);
    for (py::handle item : items) {
        pulse();
        const std::string where = "architecture " + std::to_string(number++);
        std::vector<GeneValue> row;
        if (py::isinstance<py::dict>(item)) {
            const auto lists = to_lists(*space, py::reinterpret_borrow<py::dict>(item), where);
            row = genes_from_lists(*space, lists, where);
        } else if (py::isinstance<py::str>(item)) {
            row = genes_from_text(*space, item.cast<std::string>(), where);
        } else {
            throw ArchitectureError(message(where, ": a dict or text expected, got ",
                                            py::repr(py::type::of(item)).cast<std::string>()));
        }
        if (!space->accepts(row))
            space->validate(row, where);
        space->canonicalise(row);
        archs.append(row);
    }
    return archs;
}

}  // namespace

Architectures to_architectures(const SpacePtr& space, const py::object& given) {
    const Watched watched;
    if (py::isinstance<Architectures>(given)) {
        const auto& archs = given.cast<const Architectures&>();
        if (archs.space_ptr() == space)
            return archs;  // checked when it was made
        if (!space->same_family(archs.space())) {
            throw SchemaError(message("architectures of ", archs.space().description(),
                                      " given, of ", space->description(), " expected"));
        }
        return {space, std::vector<GeneValue>(archs.genes().begin(), archs.genes().end())};
    }
    if (py::isinstance<py::array>(given) &&
        py::reinterpret_borrow<py::array>(given).dtype().kind() != 'O') {
        return from_matrix(space, py::reinterpret_borrow<py::array>(given));
    }
    if (py::isinstance<py::dict>(given) || py::isinstance<py::str>(given)) {
        return from_sequence(space, py::make_tuple(given));
    }
    if (!py::isinstance<py::iterable>(given)) {
        const auto type = py::str(py::type::of(given).attr("__name__")).cast<std::string>();
        throw ArchitectureError(message("architectures of ", space->description(),
                                        ": dicts, texts or an array of genes expected, got ",
                                        excerpt(type)));
    }
    return from_sequence(space, py::list(given));
}

}  // namespace latpred::bindings

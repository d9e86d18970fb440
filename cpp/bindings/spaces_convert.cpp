// Architectures as users give them: dicts, strings, gene matrices.
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/python_names.hpp"
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
    if (py::isinstance<py::bool_>(value))
        throw ArchitectureError(message(where, ": ", shown(value), ", a number or text expected"));
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
        const bool known = std::ranges::find(unused, name) == unused.end();
        if (py::isinstance<py::str>(value) || !py::isinstance<py::iterable>(value)) {
            choices.push_back(to_choice(value, where));
            continue;
        }
        for (py::handle item : py::iter(value)) {
            if (known || !item.is_none())
                choices.push_back(to_choice(item, where));
        }
    }
    return lists;
}

/// The array itself where no entry of it is masked; DataError otherwise.
py::array plain_array(const py::array& given) {
    if (is_plain_array(given))
        return given;
    return python(PythonName::unmasked)(given, "gene matrix").cast<py::array>();
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

bool is_whole(py::handle item) {
    return PyIndex_Check(item.ptr()) != 0 && !py::isinstance<py::bool_>(item) &&
           !py::isinstance<py::array>(item);
}

std::vector<GeneValue> from_row(const Space& space, py::handle item, const std::string& where) {
    std::vector<Choice> choices;
    for (py::handle each : py::iter(item))
        choices.push_back(to_choice(each, where));
    return genes_from_choices(space, choices, where);
}

/// Labels, one a gene: a single architecture that no list encloses.
bool is_one_row(const Space& space, const py::sequence& items) {
    if (items.size() != space.gene_count())
        return false;
    std::size_t column = 0;
    for (py::handle item : items) {
        const std::vector<std::string>& labels = space.genes()[column++].labels;
        if (!py::isinstance<py::str>(item) ||
            std::ranges::find(labels, item.cast<std::string>()) == labels.end())
            return false;
    }
    return true;
}

/// Official numbers of NAS-Bench-201; nothing where the items are others.
std::optional<Architectures> from_numbers(const SpacePtr& space, const py::sequence& items) {
    if (items.size() == 0 || space->family().name() != "nas-bench-201")
        return std::nullopt;
    bool small = items.size() == space->gene_count();
    for (py::handle item : items) {
        if (!is_whole(item))
            return std::nullopt;
        const auto number = static_cast<double>(PyNumber_AsSsize_t(item.ptr(), nullptr));
        small = small && number >= 0 && number < space->genes()[0].choices();
    }
    if (small) {
        throw ArchitectureError(
            "architectures: six small numbers may be one cell or six of the benchmark's numbers; "
            "[(…)] or nas_bench_201_architectures expected");
    }
    return python(PythonName::nas_bench_201)(items, space).cast<Architectures>();
}

Architectures from_sequence(const SpacePtr& space, const py::sequence& items) {
    if (is_one_row(*space, items))
        return from_sequence(space, py::make_tuple(items));
    if (auto numbered = from_numbers(space, items))
        return *std::move(numbered);
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
        } else if (py::isinstance<py::list>(item) || py::isinstance<py::tuple>(item) ||
                   py::isinstance<py::array>(item)) {
            row = from_row(*space, item, where);
        } else {
            throw ArchitectureError(message(where,
                                            ": a dict, text or row of choices expected, got ",
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
        std::string_view("OU").find(py::reinterpret_borrow<py::array>(given).dtype().kind()) ==
            std::string_view::npos) {
        return from_matrix(space, plain_array(py::reinterpret_borrow<py::array>(given)));
    }
    if (py::isinstance<py::dict>(given) || py::isinstance<py::str>(given) || is_whole(given)) {
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

// Architectures as users give them: dicts, strings, gene matrices.
#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/base_shown.hpp"
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
    if (is_truth_value(value))
        throw ArchitectureError(message(where, ": ", shown(value), ", a number or text expected"));
    const double number = PyFloat_AsDouble(value.ptr());
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        throw ArchitectureError(
            message(where, ": ", shown(value), " is neither a number nor a text"));
    }
    return number;
}

/// Sets have no order, and what iterating a dict gives are its keys.
bool is_unordered(py::handle value) {
    return PyAnySet_Check(value.ptr()) != 0 || PyDict_Check(value.ptr()) != 0;
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
        if (is_unordered(value))
            throw ArchitectureError(
                message(where, ": key '", name, "' is ", shown(value), ", a list expected"));
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
    const std::span<const std::int64_t> values = view(wide);
    const auto beyond =
        std::ranges::find_if(values, [](auto v) { return !std::in_range<GeneValue>(v); });
    if (beyond != values.end()) {
        const auto place = static_cast<std::size_t>(beyond - values.begin());
        const Gene& gene = space->genes()[place % space->gene_count()];
        throw ArchitectureError(message("architecture ", place / space->gene_count(), ": gene ",
                                        gene.name(), " is ", *beyond, ", beyond all of its ",
                                        gene.choices(), " choices"));
    }
    std::vector<GeneValue> genes(values.size());
    std::ranges::transform(values, genes.begin(), [](auto v) { return static_cast<GeneValue>(v); });
    return architectures_from_matrix(space, std::move(genes));
}

/// A dict itself, or one of what another mapping holds; none where the value is no mapping.
std::optional<py::dict> mapping_of(py::handle value) {
    if (py::isinstance<py::dict>(value))
        return py::reinterpret_borrow<py::dict>(value);
    if (!py::hasattr(value, "keys") || py::hasattr(value, "dtype") || py::hasattr(value, "dtypes"))
        return std::nullopt;
    return py::dict(py::reinterpret_borrow<py::object>(value));
}

/// Whether it is a matrix of another library than NumPy: a tensor or a frame.
bool is_foreign_matrix(py::handle value) {
    if (py::isinstance<py::array>(value) || !py::hasattr(value, "ndim"))
        return false;
    const py::object dimensions = value.attr("ndim");
    return py::isinstance<py::int_>(dimensions) && dimensions.cast<long>() == 2;
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

/// The genes of one architecture, in any of its forms.
std::vector<GeneValue> from_item(const SpacePtr& space, py::handle item, const std::string& where) {
    if (py::isinstance<py::str>(item))
        return genes_from_text(*space, item.cast<std::string>(), where);
    if (const auto dict = mapping_of(item))
        return genes_from_lists(*space, to_lists(*space, *dict, where), where);
    if (py::isinstance<Architectures>(item)) {
        const Architectures one = to_architectures(space, py::reinterpret_borrow<py::object>(item));
        if (one.size() != 1)
            throw ArchitectureError(
                message(where, ": ", one.size(), " architectures, one expected in a list of them"));
        return {one.genes().begin(), one.genes().end()};
    }
    if (py::isinstance<py::list>(item) || py::isinstance<py::tuple>(item) ||
        py::isinstance<py::array>(item))
        return from_row(*space, item, where);
    throw ArchitectureError(message(where, ": a dict, text or row of choices expected, got ",
                                    py::repr(py::type::of(item)).cast<std::string>()));
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
        std::vector<GeneValue> row = from_item(space, item, where);
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
    if (is_foreign_matrix(given)) {
        const py::object genes = python(PythonName::whole_numbers)(given, "gene matrix");
        return from_matrix(space, genes.cast<py::array>());
    }
    if (py::isinstance<py::str>(given) || is_whole(given))
        return from_sequence(space, py::make_tuple(given));
    if (const auto dict = mapping_of(given))
        return from_sequence(space, py::make_tuple(*dict));
    if (is_unordered(given))
        throw ArchitectureError("architectures: a set has no order, a list expected");
    if (!py::isinstance<py::iterable>(given)) {
        const auto type = py::str(py::type::of(given).attr("__name__")).cast<std::string>();
        throw ArchitectureError(message("architectures of ", space->description(),
                                        ": dicts, texts or an array of genes expected, got ",
                                        excerpt(type)));
    }
    return from_sequence(space, py::list(given));
}

}  // namespace latpred::bindings

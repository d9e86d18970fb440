#include "bindings/base_signature.hpp"

#include <algorithm>
#include <array>

#include "base/blanks.hpp"
#include "base/text.hpp"
#include "bindings/base_shown.hpp"

namespace latpred::bindings {
namespace {

constexpr py::ssize_t most_items = 10'000'000;  // of a list, that are looked at

/// The pieces between separators that no bracket and no quotation holds.
std::vector<std::string_view> pieces(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> found;
    std::size_t begin = 0;
    int depth = 0;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (quote != 0) {
            quote = letter == quote ? char{0} : quote;
        } else if (letter == '\'' || letter == '"') {
            quote = letter;
        } else if (std::string_view("[({").find(letter) != std::string_view::npos) {
            ++depth;
        } else if (std::string_view("])}").find(letter) != std::string_view::npos) {
            --depth;
        } else if (depth == 0 && text.substr(i).starts_with(separator)) {
            found.push_back(stripped(text.substr(begin, i - begin), " "));
            begin = i + separator.size();
        }
    }
    found.push_back(stripped(text.substr(begin), " "));
    return found;
}

/// "Sequence" of "collections.abc.Sequence[int]".
std::string_view head_of(std::string_view type) {
    const std::string_view whole = type.substr(0, type.find('['));
    return whole.substr(whole.rfind('.') + 1);  // npos + 1 is 0
}

/// What stands in the brackets.
std::vector<std::string_view> parts_of_type(std::string_view type) {
    const std::size_t open = type.find('[');
    if (open == std::string_view::npos || !type.ends_with(']'))
        return {};
    return pieces(type.substr(open + 1, type.size() - open - 2), ", ");
}

bool is_text(py::handle value) {
    return PyUnicode_Check(value.ptr()) != 0 || PyBytes_Check(value.ptr()) != 0;
}

bool is_integer(py::handle value) {
    if (is_truth_value(value) || PyFloat_Check(value.ptr()) != 0 || PyIndex_Check(value.ptr()) == 0)
        return false;
    const auto number = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
    PyErr_Clear();  // of arrays of several numbers, which have the method as well
    return static_cast<bool>(number);
}

bool is_instance_of(py::handle value, std::string_view name) {
    const auto* type = reinterpret_cast<PyTypeObject*>(Py_TYPE(value.ptr()));
    if (type->tp_mro == nullptr)
        return true;
    for (const py::handle base : py::reinterpret_borrow<py::tuple>(type->tp_mro)) {
        const std::string_view whole = reinterpret_cast<PyTypeObject*>(base.ptr())->tp_name;
        if (whole.substr(whole.rfind('.') + 1) == name)
            return true;
    }
    return false;
}

std::optional<std::string> misfit_of_one(py::handle value, std::string_view type);
std::string plural(std::string_view type);

/// What is wrong with the first item that does not fit.
std::optional<std::string> misfit_of_items(py::handle value, std::string_view type) {
    const auto parts = parts_of_type(type);
    const bool plain = PyList_CheckExact(value.ptr()) || PyTuple_CheckExact(value.ptr());
    if (parts.empty() || !plain)
        return std::nullopt;
    const bool each = head_of(type) == "tuple";
    const py::ssize_t size = PySequence_Fast_GET_SIZE(value.ptr());
    if (each && static_cast<std::size_t>(size) != parts.size())
        return type_words(type);
    for (py::ssize_t i = 0; i < std::min(size, most_items); ++i) {
        const py::handle item = PySequence_Fast_GET_ITEM(value.ptr(), i);
        const auto wrong = misfit(item, parts[each ? static_cast<std::size_t>(i) : 0]);
        if (wrong)
            return message(type_words(type), " (item ", i, " is ", value_shown(item), ")");
    }
    return std::nullopt;
}

/// What is wrong with the first value of a dict that does not fit.
std::optional<std::string> misfit_of_values(py::handle value, std::string_view type) {
    const auto parts = parts_of_type(type);
    if (parts.size() != 2)
        return std::nullopt;
    for (const auto& [key, item] : py::reinterpret_borrow<py::dict>(value)) {
        if (misfit(item, parts[1]))
            return message("a dict of ", plural(parts[1]), " (of ", value_shown(key), " it is ",
                           value_shown(item), ")");
    }
    return std::nullopt;
}

std::optional<std::string> unless(bool fits, std::string_view type) {
    return fits ? std::nullopt : std::optional(type_words(type));
}

std::optional<std::string> misfit_of_one(py::handle value, std::string_view type) {
    const std::string_view head = head_of(type);
    PyObject* given = value.ptr();
    if (head == "Annotated")
        return misfit(value, parts_of_type(type).front());
    if (head == "Any" || head == "object" || head == "...")
        return std::nullopt;
    if (head == "None")
        return unless(value.is_none(), type);
    if (head == "SupportsInt" || head == "SupportsIndex" || head == "int")
        return unless(is_integer(value), type);
    if (head == "SupportsFloat" || head == "float")
        return unless(!is_text(value) && PyNumber_Check(given) != 0 && !is_truth_value(value) &&
                          PyComplex_Check(given) == 0 &&
                          (PyLong_Check(given) == 0 || PyLong_AsDouble(given) != -1.0 ||
                           PyErr_Occurred() == nullptr),
                      type);
    if (head == "bool")
        return unless(!is_text(value) && PyNumber_Check(given) != 0, type);
    if (head == "str")
        return unless(is_text(value), type);
    if (head == "bytes")
        return unless(PyBytes_Check(given) != 0, type);
    if (head == "PathLike")
        return unless(py::hasattr(value, "__fspath__"), type);
    if (head == "Callable")
        return unless(PyCallable_Check(given) != 0, type);
    if (head == "ArrayLike" || head == "NDArray" || head == "ndarray")
        return unless(!value.is_none() && !is_text(value) && PyDict_Check(given) == 0, type);
    if (head == "Sequence" || head == "list" || head == "tuple") {
        const bool list = !is_text(value) && PySequence_Check(given) != 0 && !PyDict_Check(given);
        return list ? misfit_of_items(value, type) : type_words(type);
    }
    if (head == "Mapping" || head == "dict")
        return PyDict_CheckExact(given) != 0
                   ? misfit_of_values(value, type)
                   : unless(PyDict_Check(given) != 0 || py::hasattr(value, "keys"), type);
    if (head == "Set" || head == "Iterable" || head == "Iterator" || head == "args" ||
        head == "kwargs")
        return std::nullopt;
    return unless(is_instance_of(value, head), type);
}

std::string plural(std::string_view type) {
    const std::string whole = type_words(type);
    if (whole.starts_with("a list"))
        return "lists" + whole.substr(6);
    std::vector<std::string> words;
    for (const std::string_view one : pieces(whole, " or ")) {
        const bool article = one.starts_with("a ") || one.starts_with("an ");
        const std::string word(article ? one.substr(one.find(' ') + 1) : one);
        words.push_back(word + (word.ends_with('s') || word == "None" ? "" : "s"));
    }
    return join(words, " or ");
}

std::string words_of_one(std::string_view type) {
    const std::string_view head = head_of(type);
    const std::array<std::pair<std::string_view, std::string_view>, 16> known{{
        {"SupportsInt", "an integer"},
        {"SupportsIndex", "an integer"},
        {"int", "an integer"},
        {"SupportsFloat", "a number"},
        {"float", "a number"},
        {"bool", "True or False"},
        {"str", "a text"},
        {"bytes", "bytes"},
        {"None", "None"},
        {"PathLike", "a path"},
        {"Callable", "a function"},
        {"ArrayLike", "an array of numbers"},
        {"NDArray", "an array of numbers"},
        {"ndarray", "an array of numbers"},
        {"Any", "any object"},
        {"object", "any object"},
    }};
    const auto* const found =
        std::ranges::find_if(known, [&](const auto& k) { return k.first == head; });
    if (found != known.end())
        return std::string(found->second);
    const auto parts = parts_of_type(type);
    if (head == "Annotated" && !parts.empty())
        return type_words(parts.front());
    if (head == "Sequence" || head == "list" || head == "Iterable")
        return parts.empty() ? "a list" : "a list of " + plural(parts.front());
    if (head == "tuple")
        return parts.empty() ? "a tuple" : message("a tuple of ", parts.size(), " items");
    if (head == "Mapping" || head == "dict")
        return "a dict";
    if (head == "Set")
        return "a set";
    const bool vowel = std::string_view("AEIOU").find(head.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + std::string(head);
}

}  // namespace

std::vector<SignatureParameter> read_signature(std::string_view signature) {
    std::vector<SignatureParameter> found;
    const std::size_t open = signature.find('(');
    const std::size_t close = signature.rfind(") ->");
    if (open == std::string_view::npos || close == std::string_view::npos || close <= open + 1)
        return found;
    bool keyword_only = false;
    for (const std::string_view piece :
         pieces(signature.substr(open + 1, close - open - 1), ", ")) {
        if (piece == "*" || piece == "/") {
            keyword_only = keyword_only || piece == "*";
            continue;
        }
        const std::size_t colon = piece.find(": ");
        SignatureParameter one;
        one.name = std::string(piece.substr(0, colon));
        if (colon != std::string_view::npos) {
            const auto halves = pieces(piece.substr(colon + 2), " = ");
            one.type = std::string(halves.front());
            one.has_default = halves.size() > 1;
        }
        one.keyword_only = keyword_only;
        keyword_only = keyword_only || (one.name.starts_with('*') && !one.name.starts_with("**"));
        found.push_back(std::move(one));
    }
    return found;
}

std::optional<std::string> misfit(py::handle value, std::string_view type) {
    const auto alternatives = pieces(type, " | ");
    std::optional<std::string> only;
    for (const std::string_view one : alternatives) {
        only = misfit_of_one(value, one);
        PyErr_Clear();
        if (!only)
            return std::nullopt;
    }
    return alternatives.size() == 1 ? only : type_words(type);
}

std::string type_words(std::string_view type) {
    std::vector<std::string> words;
    const auto alternatives = pieces(type, " | ");
    const bool number = alternatives.front().ends_with("SupportsFloat");
    for (const std::string_view one : alternatives) {
        std::string word = words_of_one(one);
        const bool again = std::ranges::find(words, word) != words.end();
        if (!again && !(number && word == "an integer"))
            words.push_back(std::move(word));
    }
    return join(words, " or ");
}

}  // namespace latpred::bindings

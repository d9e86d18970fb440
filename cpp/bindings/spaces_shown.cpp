// How spaces and architectures show themselves: as text, and as tables of notebooks.
#include "bindings/spaces.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

constexpr std::size_t most_rows = 3;         // of the text
constexpr std::size_t most_table_rows = 10;  // of the table
constexpr std::size_t most_letters = 400;    // of an architecture
constexpr std::size_t most_choices_shown = 12;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#x27;";
            break;
        default:
            out += letter;
        }
    }
    return out;
}

std::string cells(const char* tag, const std::vector<std::string>& texts) {
    std::string row = "<tr>";
    for (const std::string& text : texts)
        row += message("<", tag, ">", escaped(text), "</", tag, ">");
    return row + "</tr>";
}

std::string title(const Architectures& archs) {
    return message("Architectures(", archs.size(), " of ", archs.space().description(), ")");
}

std::string more(std::size_t all, std::size_t shown) {
    return all > shown ? message("and ", all - shown, " more") : std::string();
}

/// The number of architectures, their space, and the choices of the first few.
std::string text_of(const Architectures& archs) {
    std::string text = title(archs);
    const std::size_t shown = std::min(archs.size(), most_rows);
    for (std::size_t i = 0; i < shown; ++i)
        text += "\n  " + excerpt(to_text(archs.space(), archs.row(i)), most_letters);
    const std::string rest = more(archs.size(), shown);
    return rest.empty() ? text : text + "\n  … " + rest;
}

std::string html_of(const Architectures& archs) {
    const std::size_t shown = std::min(archs.size(), most_table_rows);
    std::string html =
        message("<p>", escaped(title(archs)), "</p><table>", cells("th", {"", "architecture"}));
    for (std::size_t i = 0; i < shown; ++i) {
        html += cells(
            "td", {std::to_string(i), excerpt(to_text(archs.space(), archs.row(i)), most_letters)});
    }
    const std::string rest = more(archs.size(), shown);
    return html + (rest.empty() ? "" : cells("td", {"…", rest})) + "</table>";
}

std::string choices_text(const Gene& gene) {
    std::vector<std::string> choices;
    for (int i = 0; i < gene.choices(); ++i)
        choices.push_back(excerpt(gene.text(static_cast<GeneValue>(i)), 40));
    return join_few(choices, most_choices_shown);
}

/// The genes of each group and what they choose from.
std::string html_of(const Space& space) {
    std::map<std::string, std::size_t> counts;
    std::map<std::string, const Gene*> firsts;
    std::vector<std::string> order;
    for (const Gene& gene : space.genes()) {
        if (counts[gene.group]++ == 0) {
            order.push_back(gene.group);
            firsts[gene.group] = &gene;
        }
    }
    std::string html = message("<p>", escaped("Space(" + space.description() + ")"), "</p><table>",
                               cells("th", {"genes", "number", "choices"}));
    const std::size_t shown = std::min(order.size(), most_table_rows);
    for (std::size_t i = 0; i < shown; ++i) {
        const std::string& group = order[i];
        html += cells(
            "td", {excerpt(group), std::to_string(counts[group]), choices_text(*firsts[group])});
    }
    const std::string rest = more(order.size(), shown);
    return html + (rest.empty() ? "" : cells("td", {"…", rest, ""})) + "</table>";
}

}  // namespace

void bind_shown(py::class_<Space, SharedSpace>& space, py::class_<Architectures>& archs) {
    space.def("__repr__", [](const Space& s) { return "Space(" + s.description() + ")"; })
        .def(
            "_repr_html_", [](const Space& s) { return html_of(s); },
            "The genes by group, as a table of a notebook.");
    archs.def("__repr__", [](const Architectures& a) { return text_of(a); })
        .def(
            "_repr_html_", [](const Architectures& a) { return html_of(a); },
            "The first architectures, as a table of a notebook.")
        .def(
            "__array__",
            [](const Architectures&, const py::object&, const py::object&) -> py::object {
                throw ConfigError("architectures are no numbers; take archs.genes or "
                                  "archs.space.encode(archs)");
            },
            py::arg("dtype") = py::none(), py::arg("copy") = py::none(),
            "Refuses: which numbers are meant, genes or an encoding, must be said.");
}

}  // namespace latpred::bindings

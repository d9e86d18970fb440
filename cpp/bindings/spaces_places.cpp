// Which genes decide which operators, for Python.
#include <algorithm>

#include "bindings/python_names.hpp"
#include "bindings/spaces.hpp"

#include "base/text.hpp"

namespace latpred::bindings {
namespace {

/// A latpred.spaces.Place; the tuple type stands in Python.
class PlaceTuple : public py::object {
    using py::object::object;
};

py::tuple to_tuple(const std::vector<std::string>& texts) {
    return py::tuple(py::cast(texts));
}

using Names = std::vector<std::vector<std::string>>;

/// Names of the operators of each place, where every gene has its last choice; but of labelled
/// genes, whose choices are in no order, the one numbered `label`.
Names operators_of(const Space& space, GeneValue label) {
    std::vector<GeneValue> row;
    for (const Gene& gene : space.genes()) {
        const auto last = static_cast<GeneValue>(gene.choices() - 1);
        row.push_back(gene.labels.empty() ? last : std::min(last, label));
    }
    space.canonicalise(row);
    Names names(space.places().places().size());
    for (const Op& op : space.lower(row).ops) {
        if (op.kind != OpKind::input)
            names[space.places().place_of(op)].push_back(op.name());
    }
    return names;
}

/// The same where each place has most operators.
Names most_operators(const Space& space) {
    std::size_t labels = 1;
    for (const Gene& gene : space.genes())
        labels = std::max(labels, gene.labels.size());
    Names most = operators_of(space, static_cast<GeneValue>(labels - 1));
    for (std::size_t label = labels - 1; label-- > 0;) {
        Names names = operators_of(space, static_cast<GeneValue>(label));
        for (std::size_t place = 0; place < most.size(); ++place) {
            if (names[place].size() > most[place].size())
                most[place] = std::move(names[place]);
        }
    }
    return most;
}

py::typing::List<PlaceTuple> places(const Space& space) {
    const PlaceMap& map = space.places();
    const Names operators = most_operators(space);
    const py::object make = python(PythonName::make_place);
    py::list result;
    for (std::size_t i = 0; i < operators.size(); ++i) {
        const Place& place = map.places()[i];
        std::vector<std::string> genes;
        for (int column : place.columns)
            genes.push_back(space.genes()[static_cast<std::size_t>(column)].name());
        result.append(make(place.name, to_tuple(genes), to_tuple(operators[i])));
    }
    return result;
}

std::vector<std::string> places_of(const Architectures& archs, std::size_t row) {
    if (row >= archs.size())
        throw py::index_error(message("architecture ", row, " of ", archs.size()));
    const PlaceMap& map = archs.space().places();
    std::vector<std::string> names;
    for (const Op& op : archs.space().lower(archs.row(row)).ops)
        names.push_back(op.kind == OpKind::input ? "" : map.places()[map.place_of(op)].name);
    return names;
}

}  // namespace
}  // namespace latpred::bindings

namespace pybind11::detail {
template <>
struct handle_type_name<latpred::bindings::PlaceTuple> {
    static constexpr auto name = const_name(latpred::bindings::place_class);
};
}  // namespace pybind11::detail

namespace latpred::bindings {

void bind_places(py::class_<Space, SharedSpace>& space, py::class_<Architectures>& archs) {
    space
        .def_property_readonly(
            "places", &places,
            "Which genes decide which operators: a list of (name, genes, operators).\n\n"
            "A place is a set of operators of one unit that the same genes decide; given them and\n"
            "the settings, its operators, their shapes, MACs and parameters are fixed. Every\n"
            "operator is in one place; those that no gene decides are in the place \"fixed\".\n"
            "`operators` are the place's operators in the network of every gene's last choice; of\n"
            "genes with named choices, the one that gives the place most operators. A restricted\n"
            "space has the places of the whole one.")
        .def_property_readonly(
            "settings",
            [](const Space& s) {
                std::vector<std::string> names;
                for (int column : s.places().settings())
                    names.push_back(s.genes()[static_cast<std::size_t>(column)].name());
                return names;
            },
            "Names of the genes that change shapes everywhere, e.g. 'r[0]'.");
    archs.def("places", &places_of, py::arg("row") = 0,
              "Name of the place of each operator of architecture number `row`, in execution "
              "order; \"\" of the input.");
}

}  // namespace latpred::bindings

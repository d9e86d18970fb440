// Which genes decide which operators, for Python.
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

/// The network of every gene's last choice: in all spaces but cells the deepest and largest.
OpGraph representative(const Space& space) {
    std::vector<GeneValue> row;
    for (const Gene& gene : space.genes())
        row.push_back(static_cast<GeneValue>(gene.choices() - 1));
    space.canonicalise(row);
    return space.lower(row);
}

py::typing::List<PlaceTuple> places(const Space& space) {
    const PlaceMap& map = space.places();
    std::vector<std::vector<std::string>> operators(map.places().size());
    for (const Op& op : representative(space).ops) {
        if (op.kind != OpKind::input)
            operators[map.place_of(op)].push_back(op.name());
    }
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
            "`operators` are the place's operators in the network of every gene's last choice,\n"
            "which in all spaces but cells is the deepest. A restricted space has the places of\n"
            "the whole one.")
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

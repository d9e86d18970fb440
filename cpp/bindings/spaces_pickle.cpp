// Spaces and architectures as pickles and copies, so that processes can hand them on.
#include "bindings/pickles.hpp"
#include "bindings/spaces.hpp"
#include "spaces/registry.hpp"

namespace latpred::bindings {
namespace {

using CouplingState = std::tuple<int, int, std::vector<GeneValue>>;

py::tuple restriction_state(const Restriction& restriction) {
    std::vector<CouplingState> couplings;
    for (const Coupling& coupling : restriction.couplings)
        couplings.emplace_back(coupling.source, coupling.target, coupling.image);
    return py::make_tuple(restriction.allowed, couplings, restriction.bans,
                          restriction.mutation_rates);
}

Restriction restriction_of(const py::tuple& state) {
    Restriction restriction;
    restriction.allowed = state[0].cast<std::vector<std::vector<GeneValue>>>();
    for (auto& [source, target, image] : state[1].cast<std::vector<CouplingState>>())
        restriction.couplings.push_back({source, target, std::move(image)});
    restriction.bans = state[2].cast<std::vector<Ban>>();
    restriction.mutation_rates = state[3].cast<std::vector<double>>();
    return restriction;
}

py::tuple space_state(const Space& space) {
    const Family& family = space.family();
    const FamilyOptions& options = family.options();
    return py::make_tuple(space.name(), family.name(), family.definition(),
                          py::make_tuple(options.width, options.resolutions, options.image_size,
                                         options.classes, options.depth),
                          restriction_state(space.restriction()));
}

/// The unrestricted space of the family, narrowed as the pickled one was.
SharedSpace space_of(const py::tuple& state) {
    const auto name = state[0].cast<std::string>();
    const auto family = state[1].cast<std::string>();
    const auto definition = state[2].cast<std::string>();
    const auto given = state[3].cast<py::tuple>();
    FamilyOptions options;
    options.width = given[0].cast<decltype(options.width)>();
    options.resolutions = given[1].cast<decltype(options.resolutions)>();
    options.image_size = given[2].cast<decltype(options.image_size)>();
    options.classes = given[3].cast<decltype(options.classes)>();
    if (given.size() > 4)  // pickles of earlier versions have no depth
        options.depth = given[4].cast<decltype(options.depth)>();
    const SpacePtr whole =
        definition.empty() ? make_space(family, options) : define_space(definition);
    const Restriction restriction = restriction_of(state[4].cast<py::tuple>());
    const bool narrowed = name != whole->name() || restriction != whole->restriction();
    return std::const_pointer_cast<Space>(narrowed ? whole->restrict(name, restriction) : whole);
}

}  // namespace

void bind_pickles(py::class_<Gene>& gene, py::class_<Space, SharedSpace>& space,
                  py::class_<Architectures>& archs) {
    gene.def(pickled(&Gene::group, &Gene::slot, &Gene::unit, &Gene::layer, &Gene::values,
                     &Gene::labels, &Gene::gate, &Gene::gate_from, &Gene::aliases));
    space.def(py::pickle(&space_state, &space_of));
    // Immutable, so that a copy is the space itself, and the architectures of both stay of one.
    space.def("__copy__", [](const SharedSpace& s) { return s; });
    space.def("__deepcopy__", [](const SharedSpace& s, const py::dict& /*memo*/) { return s; });
    archs.def(py::pickle(
        [](const py::object& self) {
            return py::make_tuple(self.attr("space"), self.attr("genes"));
        },
        [](const py::tuple& state) {
            return to_architectures(state[0].cast<SharedSpace>(), state[1]);
        }));
}

}  // namespace latpred::bindings

// Sites and blocks of a space, and the room's other parts.
#include "bindings/profiling.hpp"

#include "bindings/spaces.hpp"
#include "profiling/sites.hpp"

namespace latpred::bindings {

void bind_sites(py::module_& m) {
    py::class_<Block>(m, "Block", "A joint choice of the genes of a site.")
        .def_readonly("name", &Block::name, "E.g. \"e6k7\".")
        .def_readonly("choices", &Block::choices, "(column, index of the choice) of each gene.");
    py::class_<Site>(m, "Site", "A place for a block: unit and layer, from 0.")
        .def_readonly("name", &Site::name, "E.g. \"u2.l1\".")
        .def_readonly("unit", &Site::unit, "From 0.")
        .def_readonly("layer", &Site::layer, "Within the unit, from 0.")
        .def_readonly("columns", &Site::columns, "Genes that choose the block.")
        .def_readonly("gate", &Site::gate, "Gene that says whether the layer is there; -1: always.")
        .def_readonly("gate_from", &Site::gate_from, "From this choice of the gate on.")
        .def_readonly("blocks", &Site::blocks, "That the space allows here.");
    m.def(
        "sites", [](const Space& space) { return sites(space); }, py::arg("space").none(false),
        "The sites of a space, by unit and layer.");
}

void bind_profiling(py::module_& m) {
    bind_sites(m);
    bind_block_designs(m);
    bind_pooled(m);
    bind_attribution(m);
    bind_reduction(m);
    bind_unit_search(m);
    bind_pictures(m);
}

}  // namespace latpred::bindings

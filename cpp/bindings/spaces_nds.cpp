// What the spaces of NDS have beside a space: which nodes make the output of a cell.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/spaces.hpp"
#include "spaces/nds.hpp"

namespace latpred::bindings {

void bind_nds(py::module_& m) {
    m.def(
        "nds_outputs",
        [](const Architectures& archs, int cell) {
            const Nds* family = as_nds(archs.space().family());
            if (family == nullptr || cell < 0 || cell > 1) {
                throw SchemaError(message("cell ", cell, " of ", archs.space().description(),
                                          ": cell 0 or 1 of darts, nasnet, amoeba, pnas or enas "
                                          "expected"));
            }
            std::vector<std::vector<int>> nodes;
            for (std::size_t i = 0; i < archs.size(); ++i)
                nodes.push_back(family->joined(archs.row(i), cell));
            return nodes;
        },
        py::arg("archs"), py::arg("cell"),
        "Nodes whose values make the output of the normal (0) or reduction (1) cell, by network:\n"
        "`normal_concat` and `reduce_concat`. Raises SchemaError for another space.");
    m.def(
        "nds_space_names",
        [] {
            std::vector<std::string> names;
            for (const NdsSpace& space : nds_spaces())
                names.emplace_back(space.name);
            return names;
        },
        "Names of the spaces of cells that NDS has.");
}

}  // namespace latpred::bindings

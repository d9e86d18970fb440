#include <tuple>

#include "bindings/spaces.hpp"
#include "spaces/restriction_form.hpp"

namespace latpred::bindings {
namespace {

using CouplingTuple = std::tuple<std::string, std::string, std::map<Choice, Choice>>;

SharedSpace restrict_space(const SharedSpace& space, std::optional<std::string> name,
                           std::map<std::string, std::vector<Choice>> allowed,
                           const std::vector<CouplingTuple>& couplings,
                           std::vector<std::map<std::string, Choice>> bans,
                           std::map<std::string, double> mutation_rates) {
    NamedRestriction named{std::move(allowed), {}, std::move(bans), std::move(mutation_rates)};
    for (const auto& [source, target, image] : couplings)
        named.couplings.push_back({source, target, image});
    const Restriction restriction = resolve(*space, named);
    return std::const_pointer_cast<Space>(
        space->restrict(name.value_or(space->name() + "-restricted"), restriction));
}

}  // namespace

void bind_restrict(py::class_<Space, SharedSpace>& space) {
    space.def(
        "restrict", &restrict_space, py::arg("name") = py::none(), py::kw_only(),
        py::arg("allowed") = py::dict(), py::arg("couplings") = py::list(),
        py::arg("bans") = py::list(), py::arg("mutation_rates") = py::dict(), Release(),
        "A narrower space with the same genes; what this space forbids stays forbidden.\n\n"
        "allowed: values by gene or group, e.g. {'ks[3]': [3, 5], 'd': [2, 3]}.\n"
        "couplings: (source, target, {value: value}), e.g. ('d[0]', 'e[0]', {2: 3, 3: 4, 4: 6}).\n"
        "    A network must have the source wherever it has the target.\n"
        "bans: values that may not come together, e.g. [{'ks[0]': 7, 'e[0]': 6}].\n"
        "mutation_rates: factors on a search's rate by gene or group, e.g. {'d': 2}.\n\n"
        "Raises ConfigError for unknown genes or values and for restrictions that contradict\n"
        "each other.");
}

}  // namespace latpred::bindings

// The rounds of an onboarding.
#include "bindings/bindings.hpp"
#include "bindings/guided.hpp"
#include "guided/round_plan.hpp"

namespace latpred::bindings {
namespace {

using GivenRound = std::tuple<std::string, std::size_t, double, double>;

py::tuple planned_round(double budget, double spent, std::size_t rows, std::size_t most_rows,
                        bool good_enough, const std::vector<GivenRound>& given) {
    std::vector<SpentRound> rounds;
    for (const auto& [kind, networks, measuring, learning] : given)
        rounds.push_back({kind, networks, measuring, learning});
    const RoundPlan plan = plan_round({budget, spent, rows, most_rows, good_enough}, rounds);
    return py::make_tuple(plan.kind, plan.networks, plan.seconds, plan.reason);
}

}  // namespace

void bind_guided_rounds(py::module_& m) {
    m.def("plan_round", &planned_round, py::kw_only(), py::arg("budget"), py::arg("spent"),
          py::arg("rows"), py::arg("most_rows") = 2000, py::arg("good_enough") = false,
          py::arg("rounds"),
          "The next round of latpred.onboard: (\"labels\", \"checks\" or \"stop\", networks, "
          "seconds or 0 for no limit, reason of a stop).\n`rounds`: (kind, networks, seconds "
          "measuring, seconds "
          "learning) of those that are over. Raises ConfigError, DataError.");
}

}  // namespace latpred::bindings

#include "profiling/pooled_legacy.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

[[noreturn]] void refuse_legacy(const Space& space, const std::string& why) {
    throw ConfigError(message("legacy estimand: ", excerpt(space.name()), " ", why,
                              ", so no regression gives it; design=\"independent\" or \"paired\" "
                              "expected"));
}

}  // namespace

Eigen::VectorXd legacy_expectation(const PooledDesign& design, std::size_t number, int state) {
    const PooledFactors& factors = design.factors();
    const Space& space = factors.space();
    const Site& site = factors.sites()[number];
    if (!space.restriction().couplings.empty() || !space.restriction().bans.empty())
        refuse_legacy(space, "has couplings or bans");
    if (!space.family().swaps().empty())
        refuse_legacy(space, "has genes that may change places");
    if (space.family().name() == "ofa-resnet50")
        refuse_legacy(space, "raises depths until the layer is there");
    Eigen::VectorXd expected = design.expectation(state);
    if (site.gate < 0)
        return expected;
    const std::span<const GeneValue> depths = space.allowed(as_index(site.gate));
    const auto lower = std::ranges::count_if(depths, [&](int d) { return d < site.gate_from; });
    if (lower == 0)
        return expected;
    const auto raised = static_cast<GeneValue>(site.gate_from - 1);
    const auto& all = factors.factors();
    const auto gate = std::ranges::find(all, site.gate, &PooledFactor::column);
    if (gate == all.end() || !std::ranges::binary_search(depths, raised))
        refuse_legacy(space, "lacks the depth that networks would be raised to");
    const auto factor = static_cast<std::size_t>(gate - all.begin());
    const auto found = std::ranges::find(gate->values, raised);
    const int depth = factors.offset(factor) + static_cast<int>(found - gate->values.begin());
    const double missing = static_cast<double>(lower) / static_cast<double>(depths.size());
    return (1 - missing) * expected + missing * design.expectation(depth);
}

}  // namespace latpred

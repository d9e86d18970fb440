#include "networks/references.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "measurement/pairing.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

std::vector<double> sizes_of(const Architectures& archs) {
    std::vector<double> sizes;
    for (const Costs& costs : count_costs(archs, 1))
        sizes.push_back(static_cast<double>(costs.macs));
    return sizes;
}

}  // namespace

Architectures reference_architectures(const SpacePtr& space) {
    const Architectures candidates = sample(space, 65, 0);
    const std::vector<double> sizes = sizes_of(candidates);
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return sizes[i]; });
    const std::array<std::size_t, 3> chosen = {order[6], order[32], order[58]};
    return candidates.select(std::span(chosen));
}

std::vector<std::size_t> pair_by_size(const Architectures& archs, const Architectures& references) {
    return nearest_by_ratio(sizes_of(archs), sizes_of(references));
}

}  // namespace latpred

#include "neural/cate_pairs.hpp"

#include <algorithm>
#include <numeric>

#include "base/rng.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

double usual_distance(const Architectures& archs, double range) {
    const std::string& family = archs.space().family().name();
    if (family == "nas-bench-201")
        return 2e5;
    return family == "fbnet" ? 2e6 : 0.1 * range;
}

}  // namespace

std::vector<NetworkPair> similar_pairs(const Architectures& archs, std::size_t partners,
                                       double apart, std::uint64_t seed) {
    std::vector<double> params;
    for (const Costs& cost : count_costs(archs))
        params.push_back(static_cast<double>(cost.params));
    std::vector<std::uint32_t> order(archs.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return params[row]; });
    std::vector<NetworkPair> pairs;
    if (order.empty())
        return pairs;
    const double most =
        apart > 0 ? apart : usual_distance(archs, params[order.back()] - params[order.front()]);
    std::size_t head = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        while (params[order[head]] + most < params[order[i]])
            ++head;
        Rng rng(seed, "partners of networks", i);
        std::vector<std::uint32_t> chosen;
        for (std::size_t left = std::min(partners, i - head); left > 0; --left) {
            std::uint32_t partner = 0;
            do
                partner = order[head + rng.below(static_cast<std::uint32_t>(i - head))];
            while (std::ranges::find(chosen, partner) != chosen.end());
            chosen.push_back(partner);
            pairs.push_back({order[i], partner});
        }
    }
    return pairs;
}

MaskedPair masked(const EncoderGraph& first, const EncoderGraph& second, std::size_t operations,
                  double share, std::uint64_t stream) {
    constexpr double hidden = 0.8;
    constexpr double replaced = 0.9;
    Rng rng(stream, "masked operations");
    const EncoderGraph* graphs[] = {&first, &second};
    MaskedPair pair;
    for (int side = 0; side < 2; ++side) {
        pair.tokens[side] = graphs[side]->operations;
        for (std::size_t node = 0; node < pair.tokens[side].size(); ++node) {
            if (rng.flip(share))
                pair.places[side].push_back(node);
        }
    }
    if (pair.places[0].empty() && pair.places[1].empty()) {
        const std::size_t nodes = first.nodes();
        const std::size_t one = rng.below(static_cast<std::uint32_t>(nodes + second.nodes()));
        pair.places[one < nodes ? 0 : 1].push_back(one < nodes ? one : one - nodes);
    }
    for (int side = 0; side < 2; ++side) {
        for (const std::size_t node : pair.places[side]) {
            const double drawn = rng.uniform();
            if (drawn < hidden)
                pair.tokens[side][node] = static_cast<std::int64_t>(operations);
            else if (drawn < replaced)
                pair.tokens[side][node] = rng.below(static_cast<std::uint32_t>(operations));
        }
    }
    return pair;
}

}  // namespace latpred

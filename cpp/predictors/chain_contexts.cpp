#include "predictors/chain_contexts.hpp"

namespace latpred {

std::int32_t ChainContexts::pair(std::int32_t before, std::int32_t block) {
    std::int32_t& known =
        pair_of_[static_cast<std::size_t>(before + 1) * blocks_ + static_cast<std::size_t>(block)];
    if (known == none) {
        known = static_cast<std::int32_t>(pairs_.size());
        pairs_.push_back({before, block});
        triple_of_.resize((pairs_.size() + 1) * blocks_, none);
    }
    return known;
}

std::int32_t ChainContexts::triple(std::int32_t before, std::int32_t pair) {
    const auto block = static_cast<std::size_t>(pairs_[static_cast<std::size_t>(pair)].block);
    std::int32_t& known = triple_of_[static_cast<std::size_t>(before + 1) * blocks_ + block];
    if (known == none) {
        known = static_cast<std::int32_t>(triples_.size());
        triples_.push_back({before, pair});
    }
    return known;
}

void ChainContexts::read(std::span<const std::int32_t> chain, std::span<std::int32_t> triples) {
    std::int32_t block_before = none;
    std::int32_t pair_before = none;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const std::int32_t here = pair(block_before, chain[i]);
        triples[i] = triple(pair_before, here);
        block_before = chain[i];
        pair_before = here;
    }
}

}  // namespace latpred

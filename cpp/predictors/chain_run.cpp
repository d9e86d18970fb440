#include <algorithm>
#include <vector>

#include "base/dense_kernels.hpp"
#include "base/monitor.hpp"
#include "base/parallel.hpp"
#include "predictors/chain_network.hpp"

namespace latpred {
namespace {

constexpr std::size_t chain_row = ChainNetwork::width;
constexpr std::size_t rows_a_piece = 128;   // of pairs and triples
constexpr std::size_t chains_a_piece = 16;  // whose nodes stay in the cache

}  // namespace

void ChainRun::Rows::grow(std::size_t rows) {
    if (rows * chain_row > states.size()) {
        const std::size_t room = std::max(rows, 2 * count);
        FloatBlock more_states(room * chain_row);
        FloatBlock more_products(2 * room * chain_row);
        std::copy_n(states.data(), count * chain_row, more_states.data());
        std::copy_n(products.data(), 2 * count * chain_row, more_products.data());
        states = std::move(more_states);
        products = std::move(more_products);
    }
    count = rows;
}

float* ChainRun::Rows::state(std::size_t row) const {
    return states.data() + row * chain_row;
}

const float* ChainRun::Rows::own(std::size_t row) const {
    return products.data() + 2 * row * chain_row;
}

const float* ChainRun::Rows::before(std::size_t row) const {
    return own(row) + chain_row;
}

ChainRun::ChainRun(const ChainNetwork& network, double pixels)
    : network_(network), first_(network.first_sums(pixels)),
      contexts_(static_cast<std::size_t>(network.blocks())) {}

void ChainRun::extend_pairs(int threads) {
    const std::size_t known = pairs_.count;
    const std::span<const ChainContexts::Pair> all = contexts_.pairs();
    pairs_.grow(all.size());
    const auto fill = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = known + begin; i < known + end; ++i) {
            Eigen::ArrayXd sum = first_.own.col(all[i].block).array();
            if (all[i].before != ChainContexts::none)
                sum += first_.before.col(all[i].before).array();
            Eigen::Map<Eigen::ArrayXf>(pairs_.state(i), chain_width) =
                (sum > 0).select(sum, sum * static_cast<double>(ChainNetwork::slope)).cast<float>();
        }
        network_.multiply_states(1, pairs_.state(known + begin),
                                 pairs_.products.data() + 2 * (known + begin) * chain_row,
                                 end - begin);
    };
    parallel_for(all.size() - known, rows_a_piece, threads, fill);
}

void ChainRun::extend_triples(int threads) {
    const std::size_t known = triples_.count;
    const std::span<const ChainContexts::Triple> all = contexts_.triples();
    triples_.grow(all.size());
    const auto fill = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = known + begin; i < known + end; ++i) {
            const auto here = static_cast<std::size_t>(all[i].pair);
            const float* before = all[i].before == ChainContexts::none
                                      ? nothing_.data()
                                      : pairs_.before(static_cast<std::size_t>(all[i].before));
            add_leaky({pairs_.own(here), before, pairs_.state(here), ChainNetwork::slope},
                      triples_.state(i), chain_row);
        }
        network_.multiply_states(2, triples_.state(known + begin),
                                 triples_.products.data() + 2 * (known + begin) * chain_row,
                                 end - begin);
    };
    parallel_for(all.size() - known, rows_a_piece, threads, fill);
}

void ChainRun::evaluate_chains(const Chains& chains, std::span<const std::int32_t> triples,
                               std::size_t begin, std::size_t end, std::span<double> values) const {
    const std::size_t first = chains.starts[begin];
    const std::size_t nodes = chains.starts[end] - first;
    Rows rows;
    rows.grow(nodes);
    for (std::size_t chain = begin; chain < end; ++chain) {
        const float* before = nothing_.data();
        for (std::size_t node = chains.starts[chain]; node < chains.starts[chain + 1]; ++node) {
            const auto triple = static_cast<std::size_t>(triples[node]);
            add_leaky({triples_.own(triple), before, triples_.state(triple), ChainNetwork::slope},
                      rows.state(node - first), chain_row);
            before = triples_.before(triple);
        }
    }
    network_.multiply_states(3, rows.states.data(), rows.products.data(), nodes);
    FloatBlock sums((end - begin) * chain_row);
    FloatBlock scratch((end - begin) * chain_row);
    for (std::size_t chain = begin; chain < end; ++chain) {
        const float* before = nothing_.data();
        for (std::size_t node = chains.starts[chain]; node < chains.starts[chain + 1]; ++node) {
            const std::size_t row = node - first;
            add_leaky({rows.own(row), before, rows.state(row), ChainNetwork::slope},
                      sums.data() + (chain - begin) * chain_row, chain_row);
            before = rows.before(row);
        }
    }
    network_.read_out(sums.data(), scratch.data(), values.subspan(begin, end - begin));
}

void ChainRun::evaluate(const Chains& chains, std::span<double> values, int threads) {
    std::vector<std::int32_t> triples(chains.blocks.size());
    for (std::size_t i = 0; i < chains.size(); ++i)
        contexts_.read(std::span(chains.blocks).subspan(chains.starts[i], chains.length(i)),
                       std::span(triples).subspan(chains.starts[i]));
    extend_pairs(threads);
    extend_triples(threads);
    parallel_for(chains.size(), chains_a_piece, threads, [&](std::size_t begin, std::size_t end) {
        evaluate_chains(chains, triples, begin, end, values);
    });
}

}  // namespace latpred

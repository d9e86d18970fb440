// What to measure next, and what the measurements say about fusion.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "kernels/network_model.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_pool = 1500;  ///< a draw of a larger pool is looked at
constexpr double ns_per_kilobyte = 1e6 * 1024;

std::vector<std::size_t> looked_at(std::size_t size, std::uint64_t seed) {
    std::vector<std::size_t> all(size);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (size > most_pool) {
        Rng(seed, "pool of networks").shuffle(std::span(all));
        all.resize(most_pool);
        std::ranges::sort(all);
    }
    return all;
}

/// By how much the sum of all variances falls after a measurement of each.
VectorXd gains(const MatrixXd& covariance, double noise) {
    return covariance.colwise().squaredNorm().transpose().array() /
           (covariance.diagonal().array().max(0.0) + noise);
}

double price(const NetworkModel& model, KernelKind kind, std::size_t term) {
    return model.state().mean.prices(static_cast<Index>(kind), static_cast<Index>(term));
}

/// How much work of a sort is fused into kernels of a kind, in all rows.
struct FusedWork {
    int networks = 0;
    double bytes = 0;
    double ops = 0;
};

FusedWork fused_work(const MeasuredNetworks& rows, KernelKind kind, std::size_t term) {
    FusedWork work;
    for (const std::vector<AtomCount>& row : rows.table.rows) {
        const double before = work.bytes;
        for (const AtomCount& one : row) {
            const KernelAtom& atom = rows.table.atoms[static_cast<std::size_t>(one.atom)];
            const std::span sorts = std::span(atom.terms).last(pointwise_sorts);
            const double bytes = std::accumulate(sorts.begin(), sorts.end(), 0.0);
            if (atom.kind != kind || atom.terms[term] <= 0)
                continue;
            work.bytes += one.count * atom.terms[term];
            work.ops += one.count * atom.terms[static_cast<std::size_t>(KernelTerm::extra_ops)] *
                        atom.terms[term] / bytes;
        }
        work.networks += work.bytes > before;
    }
    return work;
}

}  // namespace

std::vector<std::size_t> choose_next(const NetworkModel& model,
                                     std::span<const std::vector<FusedKernel>> pool,
                                     std::size_t count, std::uint64_t seed, Monitor& monitor) {
    if (pool.empty() || count > pool.size() || count > most_pool) {
        throw ConfigError(message("choose_next: ", count, " of a pool of ", pool.size(),
                                  " networks, at most all of them and ", most_pool, " expected"));
    }
    const std::vector<std::size_t> seen = looked_at(pool.size(), seed);
    std::vector<std::vector<FusedKernel>> networks;
    for (const std::size_t i : seen)
        networks.push_back(pool[i]);
    MatrixXd covariance = model.relative_covariance(networks, monitor);
    const double noise = model.noise();
    std::vector<std::size_t> chosen;
    std::vector<bool> taken(seen.size());
    while (chosen.size() < count) {
        monitor.poll();
        const VectorXd all = gains(covariance, noise);
        Index best = -1;
        for (Index i = 0; i < all.size(); ++i) {
            if (!taken[static_cast<std::size_t>(i)] && (best < 0 || all[i] > all[best]))
                best = i;
        }
        taken[static_cast<std::size_t>(best)] = true;
        chosen.push_back(seen[static_cast<std::size_t>(best)]);
        const VectorXd column = covariance.col(best);
        covariance -= column * (column.transpose() / (std::max(column[best], 0.0) + noise));
    }
    return chosen;
}

std::vector<FusionEvidence> fusion_evidence(const NetworkModel& model) {
    const auto term = [](KernelTerm one) { return static_cast<std::size_t>(one); };
    std::vector<FusionEvidence> found;
    for (std::size_t k = 0; k < fused_kernel_kinds; ++k) {
        const auto kind = static_cast<KernelKind>(k);
        for (std::size_t sort = 0; sort < pointwise_sorts && kind != KernelKind::pointwise;
             ++sort) {
            const std::size_t place = term(KernelTerm::sorts) + sort;
            const FusedWork work = fused_work(model.state().rows, kind, place);
            if (work.networks == 0)
                continue;
            const auto alone_price = [&](KernelTerm one) {
                return price(model, KernelKind::pointwise, term(one));
            };
            const double each = work.ops / work.bytes;
            const double fused =
                price(model, kind, place) + each * price(model, kind, term(KernelTerm::extra_ops));
            const double alone = price(model, KernelKind::pointwise, place) +
                                 alone_price(KernelTerm::read) + alone_price(KernelTerm::written) +
                                 each * alone_price(KernelTerm::launch);
            const double saved = alone > 0 ? std::clamp(1 - fused / alone, 0.0, 1.0) : 0;
            found.push_back({kind, static_cast<PointwiseSort>(sort), work.networks,
                             fused * ns_per_kilobyte, alone * ns_per_kilobyte, saved});
        }
    }
    return found;
}

}  // namespace latpred

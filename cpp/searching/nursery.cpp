#include "searching/nursery.hpp"

#include <algorithm>

namespace latpred {

Nursery::Nursery(Scorer& scorer, std::uint64_t seed)
    : scorer_(scorer), rng_(seed, "search"), row_(scorer.problem().space->gene_count()) {}

std::size_t Nursery::collect(Population& into, std::size_t wanted, std::size_t attempts,
                             const Maker& make, Monitor& monitor) {
    constexpr std::size_t largest_batch = 4096;
    std::size_t found = 0;
    std::size_t tried = 0;
    while (found < wanted && tried < attempts) {
        monitor.poll();
        const double accepted = (static_cast<double>(found) + 1) / (static_cast<double>(tried) + 1);
        const double needed = static_cast<double>(wanted - found) / accepted;
        std::size_t batch = std::min(static_cast<std::size_t>(needed * 1.1) + 1, largest_batch);
        batch = std::min(batch, attempts - tried);
        Architectures candidates(scorer_.problem().space);
        for (std::size_t i = 0; i < batch; ++i) {
            make(rng_, row_);
            candidates.append(row_);
        }
        tried += batch;
        found += admit(into, wanted - found, candidates);
    }
    return found;
}

std::size_t Nursery::admit(Population& into, std::size_t wanted, const Architectures& rows) {
    const Space& space = *scorer_.problem().space;
    Architectures fresh(scorer_.problem().space);
    std::vector<std::uint64_t> hashes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint64_t hash = space.hash(rows.row(i));
        if (!seen_.insert(hash).second)
            continue;
        fresh.append(rows.row(i));
        hashes.push_back(hash);
    }
    const std::vector<double> values = scorer_.constraint_values(fresh);
    const std::size_t width = into.width;
    std::size_t found = 0;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const auto row_values = std::span(values).subspan(i * width, width);
        if (!scorer_.feasible(row_values))
            continue;
        if (found == wanted) {
            seen_.erase(hashes[i]);  // not taken: it may come again
            continue;
        }
        into.append(fresh.row(i), row_values);
        ++found;
    }
    return found;
}

}  // namespace latpred

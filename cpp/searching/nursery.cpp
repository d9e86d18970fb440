#include "searching/nursery.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "searching/feasibility.hpp"
#include "spaces/enumeration.hpp"

namespace latpred {
namespace {

/// A 64-bit key of a row within one search: four genes a step, the mixer of SplitMix64. (The
/// space's own portable hash takes longer than all else that is done to a candidate.)
std::uint64_t key_of(std::span<const GeneValue> row) {
    constexpr std::size_t genes_at_once = sizeof(std::uint64_t) / sizeof(GeneValue);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < row.size(); i += genes_at_once) {
        std::uint64_t word = 0;
        const std::size_t count = std::min(genes_at_once, row.size() - i);
        std::memcpy(&word, row.data() + i, count * sizeof(GeneValue));
        key = (key ^ word) + 0x9e3779b97f4a7c15ULL;
        key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9ULL;
        key = (key ^ (key >> 27)) * 0x94d049bb133111ebULL;
        key ^= key >> 31;
    }
    return key;
}

}  // namespace

Nursery::Nursery(Scorer& scorer, std::uint64_t seed)
    : scorer_(scorer), rng_(seed, "search"), row_(scorer.problem().space->gene_count()),
      rest_(scorer.problem().space) {}

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
    Architectures fresh(scorer_.problem().space);
    std::vector<std::uint64_t> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint64_t key = key_of(rows.row(i));
        if (!seen_.insert(key).second)
            continue;
        fresh.append(rows.row(i));
        keys.push_back(key);
    }
    const std::vector<double> values = scorer_.constraint_values(fresh);
    const std::size_t width = into.width;
    std::size_t found = 0;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const auto row_values = std::span(values).subspan(i * width, width);
        if (!scorer_.feasible(row_values)) {
            if (rejected_ != nullptr)
                rejected_->append(fresh.row(i), row_values);
            continue;
        }
        if (found == wanted) {
            seen_.erase(keys[i]);  // not taken: it may come again
            continue;
        }
        into.append(fresh.row(i), row_values);
        ++found;
    }
    return found;
}

void Nursery::take(Population& into, const Population& judged) {
    for (std::size_t i = 0; i < judged.size(); ++i) {
        seen_.insert(key_of(judged.archs.row(i)));
        into.append(judged.archs.row(i), judged.limits(i));
    }
}

std::size_t Nursery::admit_rest(Population& into, std::size_t wanted, Monitor& monitor) {
    const SpacePtr& space = scorer_.problem().space;
    if (!small_) {
        small_ = is_small(*space);
        if (*small_) {
            const Architectures all = enumerate(space, small_space);
            std::vector<std::size_t> order(all.size());
            std::iota(order.begin(), order.end(), 0U);
            rng_.shuffle(std::span(order));
            rest_ = all.select(order);
        }
    }
    std::size_t found = 0;
    while (found < wanted && rest_next_ < rest_.size()) {
        monitor.poll();
        std::vector<std::size_t> rows(std::min(wanted - found, rest_.size() - rest_next_));
        std::iota(rows.begin(), rows.end(), rest_next_);
        rest_next_ += rows.size();
        found += admit(into, wanted - found, rest_.select(rows));
    }
    return found;
}

std::string_view Nursery::why_ended() const {
    return small_.value_or(false) ? "every architecture within the limits seen"
                                  : "no new architecture within the limits found";
}

}  // namespace latpred

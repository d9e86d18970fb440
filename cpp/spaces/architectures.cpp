#include "spaces/architectures.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/memory_limit.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {

Architectures::Architectures(SpacePtr space, std::size_t count)
    : space_(std::move(space)), genes_(count * space_->gene_count()) {}

Architectures::Architectures(SpacePtr space, std::vector<GeneValue> genes)
    : space_(std::move(space)), genes_(std::move(genes)) {
    if (columns() == 0 || genes_.size() % columns() != 0) {
        throw ArchitectureError(message("gene matrix: ", genes_.size(),
                                        " values do not fill rows of ", columns(), " genes"));
    }
    Pulse pulse(256);
    for (std::size_t i = 0; i < size(); ++i) {
        pulse();
        if (!space_->accepts(row(i)))
            space_->validate(row(i), message("architecture ", i));
        space_->canonicalise(mutable_row(i));
    }
}

Architectures Architectures::select(std::span<const std::size_t> rows) const {
    Architectures chosen(space_);
    chosen.genes_.reserve(rows.size() * columns());
    for (std::size_t i : rows)
        chosen.append(row(i));
    return chosen;
}

void Architectures::append(std::span<const GeneValue> row) {
    genes_.insert(genes_.end(), row.begin(), row.end());
}

void Architectures::append(const Architectures& others) {
    if (!space_->same_family(others.space())) {
        throw SchemaError(message("cannot join architectures of ", others.space().description(),
                                  " to those of ", space_->description()));
    }
    genes_.insert(genes_.end(), others.genes_.begin(), others.genes_.end());
}

std::vector<std::uint64_t> Architectures::hashes() const {
    std::vector<std::uint64_t> all(size());
    Pulse pulse(1024);
    for (std::size_t i = 0; i < all.size(); ++i) {
        pulse();
        all[i] = space_->hash(row(i));
    }
    return all;
}

bool same_network(const Architectures& archs, std::size_t a, std::size_t b) {
    return std::ranges::equal(archs.row(a), archs.row(b));
}

std::vector<std::size_t> canonical_order(const Architectures& archs) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::size_t> order(archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (hashes[a] != hashes[b])
            return hashes[a] < hashes[b];
        const auto x = archs.row(a);
        const auto y = archs.row(b);
        const auto [i, j] = std::ranges::mismatch(x, y);
        return i != x.end() ? *i < *j : a < b;
    });
    return order;
}

namespace {

Architectures sample_each(const SpacePtr& space, std::size_t count, std::uint64_t seed) {
    Architectures drawn(space, count);
    Pulse pulse(256);
    for (std::size_t i = 0; i < count; ++i) {
        pulse();
        Rng rng(seed, "sample", i);
        space->draw(rng, drawn.mutable_row(i));
    }
    return drawn;
}

}  // namespace

Architectures sample(const SpacePtr& space, std::size_t count, std::uint64_t seed, bool unique) {
    constexpr double node_bytes = 96;          // of a set
    constexpr std::uint64_t patience = 10000;  // consecutive repeats: the space is (nearly) used up
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    if (count > most)
        throw ConfigError(
            message("sample: ", count, " architectures, at most ", most, " expected"));
    const auto row_bytes = static_cast<double>(space->gene_count() * sizeof(GeneValue));
    require_memory("sample", count, "architectures",
                   unique ? 4 * row_bytes + node_bytes : row_bytes);
    if (!unique)
        return sample_each(space, count, seed);
    Architectures drawn(space);
    std::vector<GeneValue> row(space->gene_count());
    std::set<std::vector<GeneValue>> seen;
    std::uint64_t repeats = 0;
    Pulse pulse(256);
    for (std::uint64_t i = 0; drawn.size() < count; ++i) {
        pulse();
        Rng rng(seed, "sample", i);
        space->draw(rng, row);
        if (!seen.insert(row).second) {
            if (++repeats < patience)
                continue;
            throw ConfigError(message("sample: ", count, " different architectures wanted, only ",
                                      drawn.size(), " found in ", space->name()));
        }
        repeats = 0;
        drawn.append(row);
    }
    return drawn;
}

}  // namespace latpred

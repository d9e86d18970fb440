#include "datasets/folds.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "datasets/splits.hpp"

namespace latpred {
namespace {

Fold fold_of(std::size_t rows, std::vector<std::size_t> held_out) {
    Fold fold;
    fold.held_out = std::move(held_out);
    for (std::size_t row = 0, next = 0; row < rows; ++row) {
        if (next < fold.held_out.size() && fold.held_out[next] == row)
            ++next;
        else
            fold.train.push_back(row);
    }
    return fold;
}

}  // namespace

std::vector<Fold> make_folds(const Architectures& archs, std::size_t count, std::uint64_t seed) {
    if (count < 2 || count > archs.size())
        throw ConfigError(
            message("folds=", count, ": 2 to ", archs.size(), " (the number of rows) expected"));
    const std::vector<double> shares(count, 1 / static_cast<double>(count));
    std::vector<Fold> folds;
    for (std::vector<std::size_t>& rows :
         split_rows(archs, {.method = "architecture", .fractions = shares, .seed = seed})) {
        if (!rows.empty() && rows.size() < archs.size())
            folds.push_back(fold_of(archs.size(), std::move(rows)));
    }
    if (folds.empty())
        throw DataError("folds: the rows are all of one network");
    return folds;
}

Fold hold_out(const Architectures& archs, double share, std::uint64_t seed) {
    if (!(share >= 0 && share < 1))
        throw ConfigError(message("hold out: share ", share, ", from 0 to below 1 expected"));
    if (share == 0)
        return fold_of(archs.size(), {});
    std::vector<std::vector<std::size_t>> parts = split_rows(
        archs, {.method = "architecture", .fractions = {1 - share, share}, .seed = seed});
    if (parts[0].empty())
        parts[1].clear();
    return fold_of(archs.size(), std::move(parts[1]));
}

std::vector<std::size_t> drawn_order(const Architectures& archs, std::span<const double> values,
                                     std::uint64_t seed) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::uint64_t> places;
    places.reserve(hashes.size());
    for (const std::uint64_t hash : hashes)
        places.push_back(Hash64().bytes("drawn order").value(seed).value(hash).digest());
    std::vector<std::size_t> order(archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return std::tuple(places[a], hashes[a], values[a], a) <
               std::tuple(places[b], hashes[b], values[b], b);
    });
    return order;
}

}  // namespace latpred

#include "predictors/training_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

bool same_network(const Architectures& archs, std::size_t a, std::size_t b) {
    return std::ranges::equal(archs.row(a), archs.row(b));
}

/// Numbers of the given rows in canonical order, equal rows in the order given.
std::vector<std::size_t> canonical_order(const Architectures& archs,
                                         std::span<const double> values) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::size_t> order(archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (hashes[a] != hashes[b])
            return hashes[a] < hashes[b];
        const auto x = archs.row(a);
        const auto y = archs.row(b);
        const auto [i, j] = std::ranges::mismatch(x, y);
        if (i != x.end())
            return *i < *j;
        return values[a] != values[b] ? values[a] < values[b] : a < b;
    });
    return order;
}

}  // namespace

void check_training_values(const Architectures& archs, std::span<const double> values) {
    if (archs.size() == 0)
        throw DataError("fit: the table is empty; at least one architecture expected");
    if (archs.size() != values.size()) {
        throw DataError(message("fit: ", archs.size(), " architectures but ", values.size(),
                                " values; one value for each expected"));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] >= least_training_value && values[i] <= most_training_value)
            continue;
        throw DataError(message("fit: row ", i, ": ", values[i],
                                "; a positive finite value expected, from ", least_training_value,
                                " to ", most_training_value));
    }
}

TrainingRows canonical_rows(const Architectures& archs, std::span<const double> values) {
    check_training_values(archs, values);
    TrainingRows rows{Architectures(archs.space_ptr()), {}, {}, {}};
    rows.places.resize(archs.size());
    for (const std::size_t row : canonical_order(archs, values)) {
        const bool repeats = !rows.given.empty() && rows.values.back() == values[row] &&
                             same_network(archs, rows.given.back(), row);
        if (!repeats) {
            rows.given.push_back(row);
            rows.values.push_back(values[row]);
        }
        rows.places[row] = rows.given.size() - 1;
    }
    rows.archs = archs.select(rows.given);
    return rows;
}

std::vector<std::size_t> thinned(const Architectures& archs, std::size_t most) {
    std::vector<std::size_t> chosen(archs.size());
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    if (chosen.size() <= most)
        return chosen;
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::uint64_t> keys(archs.size());
    std::uint64_t repeat = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        repeat = i > 0 && same_network(archs, i - 1, i) ? repeat + 1 : 0;
        keys[i] = Hash64().bytes("thinned").value(hashes[i]).value(repeat).digest();
    }
    const auto end = chosen.begin() + static_cast<std::ptrdiff_t>(most);
    std::ranges::nth_element(chosen, end, [&](std::size_t a, std::size_t b) {
        return keys[a] != keys[b] ? keys[a] < keys[b] : a < b;
    });
    chosen.resize(most);
    std::ranges::sort(chosen);
    return chosen;
}

std::vector<std::size_t> network_starts(const Architectures& archs) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        if (i == 0 || !same_network(archs, i - 1, i))
            starts.push_back(i);
    }
    starts.push_back(archs.size());
    return starts;
}

}  // namespace latpred

#include "predictors/training_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

/// Numbers of the given rows in canonical order, those of one network by value.
std::vector<std::size_t> order_of_rows(const Architectures& archs, std::span<const double> values) {
    std::vector<std::size_t> order = canonical_order(archs);
    for (auto begin = order.begin(); begin != order.end();) {
        const auto end = std::find_if_not(
            begin, order.end(), [&](std::size_t row) { return same_network(archs, *begin, row); });
        std::stable_sort(begin, end,
                         [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
        begin = end;
    }
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
    for (const std::size_t row : order_of_rows(archs, values)) {
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

#include "datasets/splits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/monitor.hpp"
#include "base/names.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 3> split_methods{"file", "random", "architecture"};

using Rows = std::vector<std::size_t>;

void require_fractions(const std::vector<double>& fractions) {
    const bool positive =
        std::all_of(fractions.begin(), fractions.end(), [](double f) { return f > 0 && f <= 1; });
    const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
    if (fractions.empty() || !positive || sum > 1 + 1e-9) {
        throw ConfigError(message("split: fractions ", join_few(fractions),
                                  ": positive ones of at most 1 together expected"));
    }
}

/// Ends of the parts among `count` rows.
Rows ends_of(const std::vector<double>& fractions, std::size_t count) {
    Rows ends;
    double sum = 0;
    for (double fraction : fractions) {
        sum += fraction;
        const double end = std::round(sum * static_cast<double>(count));
        ends.push_back(std::min(count, static_cast<std::size_t>(end)));
    }
    return ends;
}

std::vector<Rows> cut(const Rows& order, const std::vector<double>& fractions) {
    std::vector<Rows> parts;
    std::size_t begin = 0;
    for (std::size_t end : ends_of(fractions, order.size())) {
        parts.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                           order.begin() + static_cast<std::ptrdiff_t>(end));
        std::sort(parts.back().begin(), parts.back().end());
        begin = end;
    }
    return parts;
}

/// Rows of each network, the networks in an order that hash and seed decide.
std::map<std::pair<std::uint64_t, std::uint64_t>, Rows> networks_of(const Architectures& archs,
                                                                    const SplitOptions& options) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, Rows> networks;
    std::vector<GeneValue> genes(archs.columns());
    Pulse pulse(1024);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        std::ranges::copy(archs.row(i), genes.begin());
        for (std::size_t column = 0; column < genes.size(); ++column) {
            if (options.ignore_resolution && archs.space().genes()[column].group == "r")
                genes[column] = 0;
        }
        const std::uint64_t network = archs.space().hash(genes);
        const std::uint64_t place = Hash64().value(options.seed).value(network).digest();
        networks[{place, network}].push_back(i);
    }
    return networks;
}

/// A network goes to the part in which the middle of its rows falls.
std::vector<Rows> split_networks(const Architectures& archs, const SplitOptions& options) {
    const Rows ends = ends_of(options.fractions, archs.size());
    std::vector<Rows> parts(ends.size());
    std::size_t before = 0;
    for (const auto& [key, rows] : networks_of(archs, options)) {
        const std::size_t middle = before + rows.size() / 2;
        const auto part = std::upper_bound(ends.begin(), ends.end(), middle) - ends.begin();
        before += rows.size();
        if (part == std::ssize(parts))
            continue;
        Rows& chosen = parts[static_cast<std::size_t>(part)];
        chosen.insert(chosen.end(), rows.begin(), rows.end());
    }
    for (Rows& rows : parts)
        std::sort(rows.begin(), rows.end());
    return parts;
}

}  // namespace

std::vector<std::vector<std::size_t>> split_rows(const Architectures& archs,
                                                 const SplitOptions& options) {
    require_fractions(options.fractions);
    if (options.method == "architecture")
        return split_networks(archs, options);
    Rows order(archs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (options.method == "random") {
        Rng(options.seed, "split").shuffle(std::span(order));
    } else if (options.method != "file") {
        throw ConfigError(message("unknown split '", excerpt(options.method),
                                  "'; known: ", join(split_methods),
                                  did_you_mean(options.method, split_methods)));
    }
    return cut(order, options.fractions);
}

}  // namespace latpred

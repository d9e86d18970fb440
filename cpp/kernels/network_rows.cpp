#include "kernels/network_rows.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double small_cache = 1024.0 * 1024;
constexpr double large_cache = 16 * small_cache;

void check_row(const NetworkRow& row, std::size_t number) {
    const bool fits = std::isfinite(row.latency_ms) && row.latency_ms > 0 &&
                      std::isfinite(row.deviation_ms) && row.deviation_ms >= 0;
    if (!fits) {
        throw DataError(message("row ", number, ": latency ", row.latency_ms,
                                " ms with a deviation of ", row.deviation_ms,
                                " ms, finite numbers above 0 and of at least 0 expected"));
    }
    if (row.kernels.empty())
        throw DataError(
            message("row ", number, ": a network without kernels, at least 1 expected"));
}

/// Order of the rows: by what is in them, families last.
std::vector<std::size_t> canonical_order(std::span<const NetworkRow> rows, const AtomTable& table) {
    std::vector<std::vector<std::pair<int, double>>> contents(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const AtomCount& one : table.rows[i])
            contents[i].emplace_back(one.atom, one.count);
    }
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const auto key = [&](std::size_t i) {
            return std::tie(rows[i].latency_ms, rows[i].deviation_ms, contents[i], rows[i].family);
        };
        return key(a) < key(b);
    });
    return order;
}

}  // namespace

KernelAtom atom_of(const FusedKernel& kernel) {
    KernelAtom atom{kernel.kind, kernel.shape, {}};
    const double bytes = kernel.read_bytes + kernel.weight_bytes + kernel.written_bytes;
    const std::array<double, static_cast<std::size_t>(KernelTerm::sorts)> terms{
        1,
        kernel.macs,
        kernel.read_bytes,
        kernel.weight_bytes,
        kernel.written_bytes,
        std::max(0.0, bytes - small_cache),
        std::max(0.0, bytes - large_cache),
        kernel.cold_bytes,
        kernel.extra_ops,
        kernel.views};
    std::ranges::copy(kernel.fused, std::ranges::copy(terms, atom.terms.begin()).out);
    return atom;
}

AtomTable atom_table(std::span<const std::vector<FusedKernel>> networks,
                     std::vector<std::vector<int>>* places) {
    std::map<KernelAtom, int> numbers;
    std::vector<std::vector<const std::pair<const KernelAtom, int>*>> found(networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i) {
        for (const FusedKernel& kernel : networks[i])
            found[i].push_back(&*numbers.try_emplace(atom_of(kernel), 0).first);
    }
    AtomTable table;
    for (auto& [atom, number] : numbers) {
        number = static_cast<int>(table.atoms.size());
        table.atoms.push_back(atom);
    }
    table.rows.resize(networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i) {
        std::map<int, double> counts;
        for (const auto* one : found[i])
            counts[one->second] += 1;
        for (const auto& [atom, count] : counts)
            table.rows[i].push_back({atom, count});
        if (places != nullptr) {
            std::vector<int>& here = places->emplace_back();
            for (const auto* one : found[i])
                here.push_back(one->second);
        }
    }
    return table;
}

MeasuredNetworks picked(const MeasuredNetworks& rows, const std::vector<Eigen::Index>& kept) {
    MeasuredNetworks found;
    found.table.atoms = rows.table.atoms;
    found.latency_ms = rows.latency_ms(kept);
    found.deviations = rows.deviations(kept);
    found.families = rows.families;
    for (const Eigen::Index i : kept) {
        found.table.rows.push_back(rows.table.rows[static_cast<std::size_t>(i)]);
        found.family.push_back(rows.family[static_cast<std::size_t>(i)]);
    }
    return found;
}

MeasuredNetworks measured_networks(std::span<const NetworkRow> rows) {
    if (rows.size() < least_network_rows || rows.size() > most_network_rows) {
        throw DataError(message(rows.size(), " measured networks, ", least_network_rows, " to ",
                                most_network_rows, " expected"));
    }
    std::vector<std::vector<FusedKernel>> networks;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        check_row(rows[i], i);
        networks.push_back(rows[i].kernels);
    }
    AtomTable table = atom_table(networks);
    MeasuredNetworks measured;
    const auto count = static_cast<Eigen::Index>(rows.size());
    measured.latency_ms.resize(count);
    measured.deviations.resize(count);
    std::map<std::string, int> families;
    for (const std::size_t i : canonical_order(rows, table)) {
        const auto place = static_cast<Eigen::Index>(measured.table.rows.size());
        measured.table.rows.push_back(std::move(table.rows[i]));
        measured.latency_ms[place] = rows[i].latency_ms;
        measured.deviations[place] = rows[i].deviation_ms / rows[i].latency_ms;
        const auto [found, is_new] =
            families.try_emplace(rows[i].family, static_cast<int>(measured.families.size()));
        if (is_new)
            measured.families.push_back(rows[i].family);
        measured.family.push_back(found->second);
    }
    measured.table.atoms = std::move(table.atoms);
    return measured;
}

}  // namespace latpred

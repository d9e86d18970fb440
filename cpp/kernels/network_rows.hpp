// Measured networks as sums over distinct kernels.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "kernels/fused_kernel.hpp"

namespace latpred {

/// What the time of a kernel is linear in, to first order.
enum class KernelTerm : std::uint8_t {
    launch,
    macs,
    read,
    weights,
    written,
    beyond_small,  ///< bytes that a cache of 1 MiB does not hold
    beyond_large,  ///< bytes that one of 16 MiB does not hold
    cold,          ///< bytes of weights that stay in no cache between two runs
    extra_ops,
    views,
    sorts,  ///< the first of the sorts of pointwise work; the last of the terms
};
inline constexpr std::size_t kernel_terms =
    static_cast<std::size_t>(KernelTerm::sorts) + pointwise_sorts;

/// What a model needs to know about a kernel.
struct KernelAtom {
    KernelKind kind = KernelKind::other;
    std::array<double, kernel_shapes> shape{};
    std::array<double, kernel_terms> terms{};

    auto operator<=>(const KernelAtom&) const = default;
};

KernelAtom atom_of(const FusedKernel& kernel);

/// A number of kernels that are alike in all that a model knows.
struct AtomCount {
    int atom = 0;
    double count = 0;
};

/// Networks by the distinct kernels of all of them, which stand in an order of their own.
struct AtomTable {
    std::vector<KernelAtom> atoms;             ///< ascending
    std::vector<std::vector<AtomCount>> rows;  ///< by number of the atom
};

/// Also the atom of each kernel of each network.
AtomTable atom_table(std::span<const std::vector<FusedKernel>> networks,
                     std::vector<std::vector<int>>* places = nullptr);

/// A measured network.
struct NetworkRow {
    std::vector<FusedKernel> kernels;
    double latency_ms = 0;
    double deviation_ms = 0;  ///< of the latency; 0 where nobody knows it
    std::string family;       ///< networks of one family resemble each other
};

/// Rows in an order that does not depend on that of the rows given, and numbers of their families.
struct MeasuredNetworks {
    AtomTable table;
    Eigen::VectorXd latency_ms;
    Eigen::VectorXd deviations;  ///< relative to the latency
    std::vector<int> family;     ///< of each row
    std::vector<std::string> families;

    [[nodiscard]] Eigen::Index size() const { return latency_ms.size(); }
};

/// DataError, which names the row, for a latency that is not above 0, a deviation below 0, numbers
/// that are not finite, a network without kernels, and for more than `most_network_rows`.
MeasuredNetworks measured_networks(std::span<const NetworkRow> rows);

/// Some of the rows, with all atoms.
MeasuredNetworks picked(const MeasuredNetworks& rows, const std::vector<Eigen::Index>& kept);

inline constexpr std::size_t most_network_rows = 3000;
inline constexpr std::size_t least_network_rows = 8;

}  // namespace latpred

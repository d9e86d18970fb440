// Which parameters the supernet of a space holds, and how large: the union over its networks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "networks/parameters.hpp"
#include "spaces/space.hpp"

namespace latpred {

/// One parameter of a supernet.
struct SupernetEntry {
    ParameterSpec spec;               ///< the entry's name; each dimension as in the network where
                                      ///< it is largest
    std::vector<std::int64_t> least;  ///< each dimension where it is smallest
    std::set<std::int64_t> kernels;   ///< rows of its filters, which are square; of convolutions
};

/// Entries by name.
using SupernetLayout = std::map<std::string, SupernetEntry>;

/// Whose networks are looked at: all of the family, or only choices that a restriction allows.
enum class LayoutScope : std::uint8_t { family, restricted };

/// The union of the parameters of the networks of a space, dimension by dimension. ConfigError
/// where operators of different kinds share a name, or kernel sizes have no common centre.
///
/// Not all networks are looked at: an operator's shape depends on the genes of its place only, and
/// is largest where they are, so the largest network and those that differ from it by one gene a
/// place show every name at its full size.
SupernetLayout supernet_layout(const Space& space, LayoutScope scope);

/// The largest network: the last of the choices of every gene, at the smallest resolution.
std::vector<GeneValue> largest_row(const Space& space, LayoutScope scope);

/// The entries that hold the parameters of a network, by parameter name.
///
/// They have the names of the parameters, except where a gene chooses between operations that share
/// nothing (FBNet, NAS-Bench-201): each operation has its own parameters there, and its label
/// stands in the name: "u1.l0.k3_e6.expand.weight".
std::map<std::string, std::string> entries_of(const Space& space, std::span<const GeneValue> row,
                                              const OpGraph& graph,
                                              const std::vector<ParameterSpec>& specs);

/// Kernel sizes of an entry, descending, and the name of the matrix that leads from one to the next
/// smaller: "u2.l1.depthwise.7to5_matrix" for "u2.l1.depthwise.weight".
std::string kernel_matrix(const std::string& entry, std::int64_t from, std::int64_t to);

}  // namespace latpred

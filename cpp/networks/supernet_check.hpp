// Whether a state dict is that of a space's supernet.
#pragma once

#include <map>
#include <string>

#include "networks/supernet.hpp"

namespace latpred {

/// The names that a state dict had, by entry.
struct GivenState {
    StateDict arrays;                          ///< by entry, or as given where no entry is meant
    std::map<std::string, std::string> given;  ///< the other spellings, by entry
    std::string originals;                     ///< family whose original names these are, or ""
};

/// The originals' names made ours, batch counters left out. SchemaError where two spellings of one
/// entry are there.
GivenState to_entries(const Space& space, const SupernetLayout& layout, StateDict arrays);

/// What is missing, superfluous or misshaped, as one sentence; empty where nothing is.
std::string complaint(const GivenState& state, const SupernetLayout& layout);

/// DataError for the first array with values that no parameter has.
void check_state_values(const GivenState& state, const SupernetLayout& layout);

/// Sizes of the matrices of an entry's kernels by name; empty where it has one kernel.
std::map<std::string, std::int64_t> kernel_matrices(const std::string& name,
                                                    const SupernetEntry& entry);

/// Whether any array is a kernel matrix.
bool has_kernel_matrices(const StateDict& arrays);

}  // namespace latpred

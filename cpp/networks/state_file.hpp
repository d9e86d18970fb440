// Parameters as a safetensors file, which other libraries read too; never pickle.
#pragma once

#include <map>
#include <string>

#include "networks/state_dict.hpp"

namespace latpred {

/// What a state file holds besides the parameters, e.g. "architecture".
using StateNotes = std::map<std::string, std::string>;

struct StateFile {
    StateDict state;
    StateNotes notes;
};

/// Writes float32 tensors under their names. StorageError where that fails.
void save_state(const std::string& path, const StateDict& state, const StateNotes& notes);

/// Reads tensors of F64, F32, F16 and BF16; integers only where they are PyTorch's batch counters,
/// which are left out. StorageError where the file cannot be read, CorruptionError where it is
/// damaged, DataError for another type.
StateFile load_state(const std::string& path);

}  // namespace latpred

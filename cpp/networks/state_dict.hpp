// Parameters given by name, as a PyTorch state dict holds them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "networks/parameters.hpp"

namespace latpred {

/// Values in row-major order with their shape.
struct NamedArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

using StateDict = std::map<std::string, NamedArray>;

/// A counter that PyTorch's batch norms keep for training; inference has no use for it.
bool is_batch_counter(const std::string& name);

/// The first few of many names, for a message.
std::string first_names(const std::vector<std::string>& names);

/// DataError for values that are not finite, and for a negative variance.
void check_values(const std::string& name, ParameterRole role, const NamedArray& array);

/// Serves a state dict. `check` raises SchemaError for missing, superfluous (if `strict`) and
/// misshaped entries, DataError for values that are not finite or a negative variance.
class StateDictParameters final : public ParameterSource {
  public:
    explicit StateDictParameters(StateDict values, bool strict = true)
        : values_(std::move(values)), strict_(strict) {}

    void fill(const ParameterSpec& spec, std::span<float> values) const override;
    void check(const std::vector<ParameterSpec>& specs) const override;

  private:
    StateDict values_;
    bool strict_;
};

/// All parameters of a graph as the source gives them. Filled on `threads` threads.
StateDict collect_parameters(const OpGraph& graph, const ParameterSource& source, int threads = 1);

}  // namespace latpred

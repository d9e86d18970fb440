// A supernet: the parameters of all networks of a space, of which each one takes a part.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "networks/state_dict.hpp"
#include "networks/supernet_layout.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Arrays by entry with what their names mean.
struct SupernetState {
    SupernetLayout layout;
    LayoutScope scope = LayoutScope::family;  ///< of the layout
    StateDict arrays;  ///< of every entry, and kernel matrices where there are any
};

/// Serves the parameters of one network: of each entry the first channels and the centre of its
/// filters; where the supernet has kernel matrices, the filters go through them, size by size.
class SupernetParameters final : public ParameterSource {
  public:
    /// `entries`: as `entries_of` says.
    SupernetParameters(std::shared_ptr<const SupernetState> state,
                       std::map<std::string, std::string> entries)
        : state_(std::move(state)), entries_(std::move(entries)) {}

    void fill(const ParameterSpec& spec, std::span<float> values) const override;
    /// SchemaError for parameters that the supernet lacks, or that are larger than its own.
    void check(const std::vector<ParameterSpec>& specs) const override;

  private:
    [[nodiscard]] const std::string* entry_of(const ParameterSpec& spec) const;

    std::shared_ptr<const SupernetState> state_;
    std::map<std::string, std::string> entries_;
};

/// Immutable.
class Supernet {
  public:
    /// Takes arrays by the names of `supernet_layout` or, of OFA's spaces, by the originals' names;
    /// batch counters are left out. Of a restricted space, those of its family or of its own
    /// choices. SchemaError for missing, superfluous and misshaped entries, DataError for values
    /// that are not finite or a negative variance; what `supernet_layout` throws.
    Supernet(SpacePtr space, StateDict arrays);

    /// Values by (seed, name); kernel matrices near to the identity.
    static Supernet random(SpacePtr space, std::uint64_t seed);

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] const StateDict& arrays() const { return state_->arrays; }
    /// Whether kernels are transformed before they are made smaller.
    [[nodiscard]] bool has_kernel_matrices() const;

    /// The parameters of network number `row`. SchemaError where its space has other parameters.
    [[nodiscard]] std::shared_ptr<ParameterSource> source(const Architectures& archs,
                                                          std::size_t row) const;

    /// The same with the channels inside blocks in order of importance; see supernet_order.hpp.
    [[nodiscard]] Supernet with_channel_order() const;

  private:
    Supernet(SpacePtr space, std::shared_ptr<const SupernetState> state)
        : space_(std::move(space)), state_(std::move(state)) {}

    SpacePtr space_;
    std::shared_ptr<const SupernetState> state_;
};

}  // namespace latpred

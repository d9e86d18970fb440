// Sequences of blocks as a stack of layers reads them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "neural/network_input.hpp"

namespace latpred {

/// Nodes: the blocks of a network in order, each feeding the next. Features: the number of its
/// operation (BlockVocabulary), then height, width and channels of what enters and leaves it, as
/// shares of the largest among the networks that were trained on: [height_in, height_out, width_in,
/// width_out, channels_in, channels_out], as Mills et al. order them.
class BlockSequenceInput final : public NetworkInput {
  public:
    static constexpr int features = 7;

    /// ConfigError for a space without blocks.
    explicit BlockSequenceInput(const Architectures& trained);

    [[nodiscard]] const std::vector<std::string>& operations() const { return operations_; }
    /// The largest height, width and number of channels.
    [[nodiscard]] const std::array<double, 3>& maxima() const { return maxima_; }

    [[nodiscard]] std::map<std::string, int> widths() const override {
        return {{"nodes", features}};
    }
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads) const override;
    void store(TensorFile& file) const override;
    /// CorruptionError; SchemaError where the space has other operations now.
    static std::shared_ptr<const BlockSequenceInput> load(const SpacePtr& space,
                                                          const TensorFile& file);

  private:
    BlockSequenceInput() = default;

    std::vector<std::string> operations_;
    std::array<double, 3> maxima_{};
};

}  // namespace latpred

// How the additive models read a space: settings of the whole network, depths, and blocks.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// One place that a block can take, with the genes that choose its kind.
struct BlockSlot {
    int unit = -1;
    int layer = -1;
    std::vector<int> columns;
    int gate = -1;  ///< the slot counts where gene `gate` has at least `gate_from`; -1: always
    GeneValue gate_from = 0;
    int choices = 1;  ///< joint choices of `columns`, the last column varying fastest
    int effect = 0;   ///< slots whose blocks cost the same share their effects
};

/// Genes that gate others are depths, the other genes outside units (the resolution) are settings,
/// all others belong to slots. Features of an architecture, all counts of occurrences:
/// setting x effect x joint choice, then setting x total depth.
class BlockLayout {
  public:
    /// Genes of the groups in `ignore` are left out; ConfigError for a group that the space lacks.
    /// Without `share`, every slot has effects of its own.
    explicit BlockLayout(const Space& space, const std::vector<std::string>& ignore = {},
                         bool share = true);

    [[nodiscard]] const std::vector<BlockSlot>& slots() const { return slots_; }
    [[nodiscard]] const std::vector<int>& setting_columns() const { return settings_; }
    [[nodiscard]] const std::vector<int>& depth_columns() const { return depths_; }
    [[nodiscard]] int settings() const { return setting_count_; }
    [[nodiscard]] int depth_levels() const { return depth_levels_; }
    [[nodiscard]] int effects() const { return static_cast<int>(effect_offset_.size()) - 1; }
    /// Choices of all effects together; those of `effect` start at `effect_offset(effect)`.
    [[nodiscard]] int effect_choices() const { return effect_offset_.back(); }
    [[nodiscard]] int effect_offset(int effect) const {
        return effect_offset_[static_cast<std::size_t>(effect)];
    }
    /// A slot with this effect.
    [[nodiscard]] const BlockSlot& example_of(int effect) const;

    /// F = settings x (effect choices + depth levels).
    [[nodiscard]] int features() const {
        return setting_count_ * (effect_choices() + depth_levels_);
    }
    [[nodiscard]] int block_feature(int setting, int effect, int choice) const {
        return setting * effect_choices() + effect_offset(effect) + choice;
    }
    [[nodiscard]] int depth_feature(int setting, int depth) const {
        return setting_count_ * effect_choices() + setting * depth_levels_ + depth;
    }
    /// Numbers of the features that `row` has; one that it has twice comes twice.
    void features_of(std::span<const GeneValue> row, std::vector<int>& features) const;

    /// Gene indices of joint choice number `choice` over `columns`.
    [[nodiscard]] std::vector<GeneValue> split(std::span<const int> columns, int choice) const;
    [[nodiscard]] int choices_of(int column) const {
        return sizes_[static_cast<std::size_t>(column)];
    }

  private:
    void find_slots(const Space& space, const std::vector<bool>& ignored);
    void number_effects(const Space& space, bool share);
    [[nodiscard]] int joint(std::span<const GeneValue> row, std::span<const int> columns) const;

    std::vector<int> sizes_;  ///< choices of each gene
    std::vector<int> settings_;
    std::vector<int> depths_;
    std::vector<BlockSlot> slots_;
    std::vector<int> effect_offset_;
    int setting_count_ = 1;
    int depth_levels_ = 1;
};

}  // namespace latpred

// How the additive models read a space: settings of the whole network, depths, and blocks.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

struct SlotCosts;

/// A table over genes of one place (see place_map.hpp), counted where the place exists.
struct BlockSlot {
    std::size_t place = 0;  ///< number in the space's place map; none for depths by unit
    int unit = -1;
    int layer = -1;
    std::vector<int> columns;
    int gate = -1;  ///< the slot counts where gene `gate` has at least `gate_from`; -1: always
    GeneValue gate_from = 0;
    int choices = 1;  ///< joint choices of `columns`, the last column varying fastest
    int tables = 1;   ///< slots of this place, where one over all of its genes would be too large
    int kind = 0;     ///< slots of a unit whose blocks cost the same are of one kind
    int effect = 0;   ///< number of the slot's table; slots may share one
};

/// What slots of one kind have in common. `tables`: they share one in units of elastic depth, where
/// a block is one of several alike; elsewhere (edges of a cell) they have their own, expected to be
/// alike. `beliefs`: each has its own, expected to be alike, over all genes of its place, also
/// those that only say whether it exists. `nothing`: each is a kind of its own.
enum class Sharing : std::uint8_t { tables, beliefs, nothing };

/// Read from the space's place map alone. A place is one slot over all its genes; one with more
/// than 4,096 joint choices (fewer with many settings: a table has at most 65,536 values) becomes
/// one slot for each pair of its genes, so that effects of three of its genes together are not
/// seen. Genes that gate places are depths. Features of an architecture, all counts of occurrences:
/// setting x effect x joint choice, then setting x total depth. Where a table over all depths would
/// be too large, the depth of each unit is a slot instead, and the total is left out.
class BlockLayout {
  public:
    /// Genes of the groups in `ignore` are left out; ConfigError for a group that the space lacks.
    explicit BlockLayout(const Space& space, const std::vector<std::string>& ignore = {},
                         Sharing sharing = Sharing::tables);

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
    /// The same of kinds: there are as many or fewer.
    [[nodiscard]] int kinds() const { return static_cast<int>(kind_offset_.size()) - 1; }
    [[nodiscard]] int kind_offset(int kind) const {
        return kind_offset_[static_cast<std::size_t>(kind)];
    }
    /// A slot with this effect.
    [[nodiscard]] const BlockSlot& example_of(int effect) const {
        return slots_[examples_[static_cast<std::size_t>(effect)]];
    }
    [[nodiscard]] const SlotCosts& costs() const { return *costs_; }

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
    [[nodiscard]] static bool has(std::span<const GeneValue> row, const BlockSlot& slot) {
        return slot.gate < 0 || row[static_cast<std::size_t>(slot.gate)] >= slot.gate_from;
    }
    /// Number of the joint choice of `columns`, the last one varying fastest.
    [[nodiscard]] int joint(std::span<const GeneValue> row, std::span<const int> columns) const;
    /// Joint choice of the slot's genes.
    [[nodiscard]] int choice_of(std::span<const GeneValue> row, const BlockSlot& slot) const {
        return joint(row, slot.columns);
    }
    /// Joint choice of the genes outside units.
    [[nodiscard]] int setting_of(std::span<const GeneValue> row) const {
        return joint(row, settings_);
    }
    /// Total depth as a level; 0 where the depth of each unit is a slot.
    [[nodiscard]] int depth_of(std::span<const GeneValue> row) const;

    /// Gene indices of joint choice number `choice` over `columns`.
    [[nodiscard]] std::vector<GeneValue> split(std::span<const int> columns, int choice) const;
    [[nodiscard]] int choices_of(int column) const {
        return sizes_[static_cast<std::size_t>(column)];
    }

  private:
    void find_depths(const Space& space, const std::vector<bool>& ignored);
    void find_slots(const Space& space, const std::vector<bool>& ignored, bool whole);
    void add_slots(BlockSlot slot);
    void number_effects(Sharing sharing);

    std::vector<int> sizes_;  ///< choices of each gene
    std::vector<int> settings_;
    std::vector<int> depths_;
    std::vector<BlockSlot> slots_;
    std::vector<std::size_t> examples_;  ///< first slot of each effect
    std::vector<int> effect_offset_;
    std::vector<int> kind_offset_;
    std::shared_ptr<const SlotCosts> costs_;
    int setting_count_ = 1;
    int depth_levels_ = 1;
    bool total_depth_ = true;
};

}  // namespace latpred

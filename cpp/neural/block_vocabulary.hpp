// Networks as the sequence of their blocks: which operation stands where, and between which shapes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spaces/family.hpp"

namespace latpred {

/// One block, or the stem where genes choose it.
struct BlockStep {
    int operation = 0;  ///< number among BlockVocabulary::names
    Shape in, out;
};

/// The operations of a family's blocks (Mills et al., CIKM 2021): each joint choice of a block's
/// own genes is one ("e=6,ks=7"), the same wherever it stands. Where genes choose what stands
/// before the blocks, a network begins with that stem, and stems of other operators are other
/// operations: 9 of OFA-MobileNetV3 and ProxylessNAS, 12 stems and 3 blocks of ResNet50.
class BlockVocabulary {
  public:
    /// ConfigError where networks of the family are no chains of blocks that genes choose, or there
    /// are too many choices to number.
    explicit BlockVocabulary(const Family& family);
    /// That of the family, made once.
    static const BlockVocabulary& of(const Family& family);

    [[nodiscard]] std::span<const std::string> names() const { return names_; }
    /// What a network (canonical genes) consists of, in order.
    [[nodiscard]] std::vector<BlockStep> steps(std::span<const GeneValue> row) const;

  private:
    struct Slot {
        Place place;
        std::vector<int> operations;  ///< of each joint choice of its genes, the last one fastest
    };

    /// Calls `use` with the genes of every joint choice of the columns, all others 0.
    template <class Use>
    void for_each_choice(const Place& place, Use&& use) const;
    [[nodiscard]] int number_of(const std::string& name);
    void add_stem();
    void add_block(const Place& place);
    [[nodiscard]] int operation(const Slot& slot, std::span<const GeneValue> row) const;

    const Family& family_;
    std::vector<std::string> names_;
    std::vector<Slot> stem_;  ///< one or none
    std::vector<Slot> blocks_;
};

}  // namespace latpred

// One-hot of the genes, as the Once-for-All tutorial feeds its predictors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encodings/encoding.hpp"

namespace latpred {

/// For the OFA MobileNetV3 spaces the tutorial's 128 values bit for bit (latency_encoding of
/// RhythmSyed/NAS_PerformanceEstimation): [ks 20 x 3][e 20 x 3][r 8].
///
/// From the gene table alone: each gene in column order is a one-hot over its choices, all zeros
/// where it is inactive. A gene that only switches others (depth) has no bits, as the zeros tell
/// it, nor has one without a choice. OFA's resolution falls into 8 bins of 16 pixels from 112 on;
/// sizes between two bins are floored, so they encode but do not decode. That of a user's own space
/// is a gene like any other.
///
/// The layout `ofa` is that of the Once-for-All library itself (MobileNetArchEncoder and
/// ResNetArchEncoder of mit-han-lab/once-for-all, MIT): [r | stem skip | w | ks | e], what a space
/// lacks left out, r over the space's own resolutions; for OFA's spaces only.
class OneHot final : public Encoding {
  public:
    enum class Layout : std::uint8_t { genes, ofa };

    /// ConfigError where a resolution has no bin, or where the layout does not fit the space.
    explicit OneHot(SpacePtr space, Layout layout = Layout::genes);

    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t features() const override { return features_; }
    [[nodiscard]] Architectures decode(std::span<const float> values) const override;

    static constexpr int bins = 8;
    static constexpr int first_bin = 112;  ///< pixels
    static constexpr int bin_width = 16;   ///< pixels

  private:
    /// A gene with bits. The value of an inactive gene is written as 0 at its first bit.
    struct Group {
        std::size_t column = 0;  ///< of the gene
        std::size_t first = 0;   ///< its first bit
        std::size_t width = 0;   ///< its bits
        std::size_t gate = 0;    ///< active where gene `gate` has at least index `gate_from`
        GeneValue gate_from = 0;
        bool binned = false;                ///< the resolution
        std::vector<std::size_t> position;  ///< bit of each choice, from `first`
    };

    void write(const Architectures& archs, std::span<float> out) const override;
    void add_group(std::size_t column, bool binned);
    void decode_row(std::span<const float> values, std::span<GeneValue> genes,
                    std::size_t row) const;
    void decode_switches(std::span<GeneValue> genes, const std::vector<bool>& active,
                         std::size_t row) const;
    [[nodiscard]] GeneValue decode_choice(const Group& group, std::size_t bit,
                                          std::size_t row) const;

    /// What writing needs of a group, small enough for all of them to stay in a few cache lines.
    struct Write {
        std::int32_t column;
        std::int32_t first;
        std::int32_t gate;
        std::int32_t gate_from;
    };

    std::vector<Group> groups_;
    std::vector<Write> writes_;        ///< of the groups whose bit is the choice
    std::vector<std::size_t> binned_;  ///< numbers of the other groups
    std::size_t features_ = 0;
};

}  // namespace latpred

// What becomes of a picture before a network sees it: which part, how large, in which colours.
#pragma once

#include <cstdint>
#include <span>

#include "base/rng.hpp"

namespace latpred {

/// In pixels; right and bottom are outside.
struct PictureBox {
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;
};

/// A size to scale a picture to, and the part of the scaled one that is taken.
struct PictureCut {
    int width = 0;
    int height = 0;
    PictureBox part;
};

/// As ImageNet is validated: the shorter side scaled to resolution / 0.875, rounded up, and of that
/// the centre. ConfigError for sizes below 1.
PictureCut validation_cut(int width, int height, int resolution);

/// Factors of 1 change nothing.
struct PictureChange {
    PictureBox part;  ///< of the picture as it is
    bool mirrored = false;
    double brightness = 1;
    double saturation = 1;
    bool saturation_first = false;
};

/// As Once-for-all re-calibrates: a part of 8 to 100 percent of the area whose sides are as 3:4 to
/// 4:3 (the largest such part from the centre where ten draws do not fit), mirrored or not,
/// brightness within 32 / 255 and saturation within 0.5 of 1, in either order. ConfigError for
/// sizes below 1.
PictureChange training_change(int width, int height, Rng& rng);

/// Bytes as numbers by the means and deviations of ImageNet's channels. Both are N x 3 x `plane`.
void normalise_pixels(std::span<const std::uint8_t> pixels, std::size_t plane,
                      std::span<float> values);

}  // namespace latpred

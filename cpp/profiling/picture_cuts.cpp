#include "profiling/picture_cuts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

void check_picture_size(int width, int height, int resolution) {
    if (width < 1 || height < 1 || resolution < 1) {
        throw ConfigError(message("picture of ", width, " x ", height, " pixels for ", resolution,
                                  ", 1 or more expected"));
    }
}

/// Halves to even, as Python rounds and with it the originals.
int rounded(double value) {
    return static_cast<int>(std::nearbyint(value));
}

double between(Rng& rng, double low, double high) {
    return low + (high - low) * rng.uniform();
}

std::optional<PictureBox> drawn_box(int width, int height, Rng& rng) {
    const double area = static_cast<double>(width) * height * between(rng, 0.08, 1);
    const double ratio = std::exp(between(rng, std::log(3.0 / 4), std::log(4.0 / 3)));
    const int across = rounded(std::sqrt(area * ratio));
    const int down = rounded(std::sqrt(area / ratio));
    if (across < 1 || across > width || down < 1 || down > height)
        return std::nullopt;
    const auto left = static_cast<int>(rng.below(static_cast<std::uint32_t>(width - across + 1)));
    const auto top = static_cast<int>(rng.below(static_cast<std::uint32_t>(height - down + 1)));
    return PictureBox{left, top, left + across, top + down};
}

PictureBox random_box(int width, int height, Rng& rng) {
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (const auto box = drawn_box(width, height, rng))
            return *box;
    }
    const int across = std::min(width, rounded(height * 4.0 / 3));
    const int down = std::min(height, rounded(width * 4.0 / 3));
    const int left = (width - across) / 2;
    const int top = (height - down) / 2;
    return {left, top, left + across, top + down};
}

}  // namespace

PictureCut validation_cut(int width, int height, int resolution) {
    check_picture_size(width, height, resolution);
    const std::int64_t shorter = (std::int64_t{8} * resolution + 6) / 7;  // r / 0.875, up
    const int least = std::min(width, height);
    PictureCut cut{
        static_cast<int>(shorter * width / least), static_cast<int>(shorter * height / least), {}};
    const int left = rounded((cut.width - resolution) / 2.0);
    const int top = rounded((cut.height - resolution) / 2.0);
    cut.part = {left, top, left + resolution, top + resolution};
    return cut;
}

PictureChange training_change(int width, int height, Rng& rng) {
    check_picture_size(width, height, 1);
    PictureChange change;
    change.part = random_box(width, height, rng);
    change.mirrored = rng.flip(0.5);
    change.brightness = between(rng, 1 - 32.0 / 255, 1 + 32.0 / 255);
    change.saturation = between(rng, 0.5, 1.5);
    change.saturation_first = rng.flip(0.5);
    return change;
}

void normalise_pixels(std::span<const std::uint8_t> pixels, std::size_t plane,
                      std::span<float> values) {
    constexpr std::array<double, 3> means{0.485, 0.456, 0.406};
    constexpr std::array<double, 3> deviations{0.229, 0.224, 0.225};
    for (std::size_t begin = 0; begin + plane <= pixels.size(); begin += plane) {
        const std::size_t channel = begin / plane % 3;
        const auto scale = static_cast<float>(1 / (255 * deviations[channel]));
        const auto shift = static_cast<float>(-means[channel] / deviations[channel]);
        for (std::size_t i = begin; i < begin + plane; ++i)
            values[i] = static_cast<float>(pixels[i]) * scale + shift;
    }
}

}  // namespace latpred

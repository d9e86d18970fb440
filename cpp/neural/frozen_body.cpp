#include "neural/frozen_body.hpp"

#include <bit>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "neural/mlp_network.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_frozen = std::size_t{1} << 25;

void check_widths(std::size_t inputs, const std::vector<std::size_t>& widths) {
    std::size_t weights = 0;
    std::size_t before = inputs;
    for (const std::size_t width : widths) {
        if (width == 0 || width > most_frozen / before) {
            throw ConfigError(message("frozen features: a layer of ", width, " units behind ",
                                      before, ", 1 to ", most_frozen / before, " expected"));
        }
        weights += before * width;
        before = width;
    }
    if (widths.empty() || weights > most_frozen) {
        throw ConfigError(message("frozen features: ", widths.size(), " layers of ", weights,
                                  " weights, at least one and at most ", most_frozen,
                                  " weights expected"));
    }
}

}  // namespace

FrozenBody::FrozenBody(std::size_t inputs, std::vector<std::size_t> widths, std::uint64_t seed)
    : widths_(std::move(widths)), seed_(seed) {
    check_widths(inputs, widths_);
    Hash64 hash;
    std::size_t before = inputs;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        Monitor::current().poll();
        const DenseLayer layer = drawn_layer(before, widths_[i], seed, i);
        for (const std::vector<float>* part : {&layer.weight, &layer.bias}) {
            for (const float value : *part)
                hash.value(std::bit_cast<std::uint32_t>(value), 4);
        }
        layers_.add(layer);
        before = widths_[i];
    }
    checksum_ = hash.digest();
}

}  // namespace latpred

#include "neural/encoder_training.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_networks = 10;
constexpr double most_held_out = 0.9;

}  // namespace

EncoderNetworks split_networks(const Architectures& archs, double held_out_share,
                               std::uint64_t seed) {
    if (!(held_out_share >= 0 && held_out_share <= most_held_out))
        throw ConfigError(message("encoder: a share held out from 0 to ", most_held_out,
                                  " expected, got ", held_out_share));
    std::vector<std::size_t> rows;
    for (const std::size_t row : canonical_order(archs)) {
        if (rows.empty() || !same_network(archs, rows.back(), row))
            rows.push_back(row);
    }
    if (rows.size() < least_networks)
        throw DataError(message("encoder: at least ", least_networks,
                                " different networks expected, got ", rows.size()));
    const auto held =
        static_cast<std::size_t>(std::lround(held_out_share * static_cast<double>(rows.size())));
    std::vector<std::size_t> order(rows);
    Rng(seed, "networks held out").shuffle(std::span(order));
    std::vector<std::size_t> judging(order.begin(),
                                     order.begin() + static_cast<std::ptrdiff_t>(held));
    std::ranges::sort(judging);
    std::erase_if(rows, [&](std::size_t row) { return std::ranges::binary_search(judging, row); });
    const std::vector<std::size_t> canonical = canonical_order(archs.select(judging));
    return {archs.select(rows), archs.select(judging).select(canonical)};
}

bool EncoderTraining::run_epoch(Monitor& monitor) {
    return loop_->run_epoch([this](std::span<const std::uint32_t> rows) { return step(rows); }, {},
                            monitor);
}

void EncoderTraining::begin(const OptimizerSettings& optimizer, const ScheduleSettings& schedule,
                            LoopSettings loop, std::size_t rows, const std::string& context) {
    seed_ = loop.seed;
    loop.context = context;
    loop_ = std::make_unique<TrainingLoop>(parameters(), optimizer, schedule, loop, rows);
}

std::uint64_t EncoderTraining::stream(std::span<const std::uint32_t> rows) const {
    Hash64 hash;
    hash.value(seed_).value(loop_->history().size());
    for (const std::uint32_t row : rows)
        hash.value(row, 4);
    return hash.digest();
}

std::uint64_t networks_fingerprint(const Architectures& archs) {
    Hash64 hash;
    hash.bytes(archs.space().description());
    for (const std::uint64_t network : archs.hashes())
        hash.value(network);
    return hash.digest();
}

}  // namespace latpred

#include "kernels/probe_networks.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/costs.hpp"
#include "kernels/probe_maker.hpp"

namespace latpred {
namespace {

/// A family has a block on planes, a block on tokens, or networks of its own.
struct ProbeFamily {
    std::string_view name;
    PlaneBlock planes = nullptr;
    TokenBlock tokens = nullptr;
    ProbeWriter own = nullptr;
};

constexpr std::array family_table{
    ProbeFamily{"basic_residual", &basic_residual},
    ProbeFamily{"bottleneck_residual", &bottleneck_residual},
    ProbeFamily{"branched", &branched_block},
    ProbeFamily{"cell", &cell_block},
    ProbeFamily{"conv", &conv_block},
    ProbeFamily{"convnext", &convnext_block},
    ProbeFamily{"dense", &dense_block},
    ProbeFamily{"dilated", &dilated_block},
    ProbeFamily{"factorised", &factorised_block},
    ProbeFamily{"fire", &fire_block},
    ProbeFamily{"fused_inverted_residual", &fused_inverted_residual},
    ProbeFamily{"ghost", &ghost_block},
    ProbeFamily{"grouped_residual", &grouped_residual},
    ProbeFamily{"inception", &inception_block},
    ProbeFamily{"inverted_residual", &inverted_residual},
    ProbeFamily{"large_conv", &large_conv_block},
    ProbeFamily{"partial", &partial_block},
    ProbeFamily{"pointwise", &pointwise_block},
    ProbeFamily{"preactivated_residual", &preactivated_residual},
    ProbeFamily{"pyramid", &pyramid_block},
    ProbeFamily{"separable", &separable_block},
    ProbeFamily{"shuffle", &shuffle_unit},
    ProbeFamily{"split_shuffle", &split_shuffle_unit},
    ProbeFamily{"squeezed_inverted_residual", &squeezed_inverted_residual},
    ProbeFamily{"encoder", nullptr, &encoder_block},
    ProbeFamily{"gated_encoder", nullptr, &gated_block},
    ProbeFamily{"mixer", nullptr, &mixer_block},
    ProbeFamily{"reduced_attention", nullptr, &reduced_block},
    ProbeFamily{"window_attention", nullptr, &window_block},
    ProbeFamily{"connected", nullptr, nullptr, &write_connected},
    ProbeFamily{"feature_pyramid", nullptr, nullptr, &write_feature_pyramid},
    ProbeFamily{"generator", nullptr, nullptr, &write_generator},
    ProbeFamily{"head", nullptr, nullptr, &write_head},
    ProbeFamily{"line", nullptr, nullptr, &write_line},
    ProbeFamily{"pools", nullptr, nullptr, &write_pools},
    ProbeFamily{"stem", nullptr, nullptr, &write_stem},
    ProbeFamily{"super_resolution", nullptr, nullptr, &write_super_resolution},
    ProbeFamily{"u_net", nullptr, nullptr, &write_u_net},
    ProbeFamily{"words", nullptr, nullptr, &write_words},
};

constexpr std::int64_t fewest_macs = 150'000;
constexpr std::int64_t most_macs = 4'300'000'000;
constexpr std::int64_t most_params = 30'000'000;
constexpr std::int64_t most_live_bytes = 100'000'000;
constexpr int first_octave = 18;  // of the target: 2^18 to 2^32 MACs
constexpr int octaves = 14;
constexpr double whole_share = 0.27;  // of families that have a block
constexpr double close_enough = 1.3;
constexpr std::uint64_t usual_tries = 24;
constexpr std::uint64_t most_tries = 2000;

std::size_t family_number(std::uint64_t seed, std::uint64_t number) {
    std::array<std::size_t, family_table.size()> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng rng(seed, "probe families", number / order.size());
    rng.shuffle(std::span<std::size_t>(order));
    return order.at(number % order.size());
}

/// A network that may be far from its target; none where its sizes do not fit together, or are
/// too large.
std::optional<OpGraph> drawn(const ProbeFamily& family, ProbeMaker& m, bool whole) {
    try {
        if (family.planes != nullptr)
            write_planes(m, family.planes, whole);
        else if (family.tokens != nullptr)
            write_tokens(m, family.tokens, whole);
        else
            family.own(m);
    } catch (const ConfigError&) {
        return std::nullopt;
    }
    OpGraph graph = std::move(m.builder).build();
    const Costs costs = costs_of(graph);
    const bool fits = costs.macs >= fewest_macs && costs.macs <= most_macs &&
                      costs.params <= most_params && costs.peak_bytes <= most_live_bytes;
    return fits ? std::optional(std::move(graph)) : std::nullopt;
}

double ratio_between(double a, double b) {
    return a > b ? a / b : b / a;
}

}  // namespace

std::span<const std::string_view> probe_families() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> found;
        for (const ProbeFamily& family : family_table)
            found.push_back(family.name);
        return found;
    }();
    return names;
}

std::string_view probe_family(std::uint64_t seed, std::uint64_t number) {
    return family_table.at(family_number(seed, number)).name;
}

OpGraph probe_network(std::uint64_t seed, std::uint64_t number) {
    const ProbeFamily& family = family_table.at(family_number(seed, number));
    Rng rng(seed, "probe", number);
    const std::int64_t octave = std::int64_t{1} << (first_octave + rng.below(octaves));
    const std::int64_t target = octave + octave * rng.below(1024) / 1024;
    const bool whole = rng.flip(whole_share);
    std::optional<OpGraph> best;
    double distance = 0;
    for (std::uint64_t attempt = 0; attempt < most_tries; ++attempt) {
        if (best && (attempt >= usual_tries || distance < close_enough))
            break;
        ProbeMaker maker(Rng(seed, "probe sizes", number * most_tries + attempt), target);
        std::optional<OpGraph> graph = drawn(family, maker, whole);
        if (!graph)
            continue;
        const double far =
            ratio_between(static_cast<double>(costs_of(*graph).macs), static_cast<double>(target));
        if (!best || far < distance) {
            best = std::move(graph);
            distance = far;
        }
    }
    if (!best)
        throw ConfigError(message("probe ", number, " of seed ", seed, ": no sizes fit together"));
    return *std::move(best);
}

}  // namespace latpred

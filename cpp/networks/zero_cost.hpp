// Zero-cost proxies: what a network at initialisation says about the one that training makes of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/monitor.hpp"
#include "graphs/op_graph.hpp"
#include "networks/parameters.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

enum class Proxy : std::uint8_t {
    synflow,
    zen,
    epe_nas,
    fisher,
    flops,
    grad_norm,
    grasp,
    jacov,
    l2_norm,
    nwot,
    params,
    plain,
    snip,
};

/// The names of all proxies, in the order of the enum.
std::span<const std::string_view> proxy_names();

/// The one of that name. ConfigError, which lists the names, where there is none.
Proxy proxy_named(std::string_view name);

/// What the proxies are computed on.
struct ProxyQuery {
    std::vector<Proxy> proxies;
    std::uint64_t seed = 0;            ///< of weights, and of images and labels where not given
    std::int64_t batch = 16;           ///< images
    std::vector<float> images;         ///< batch x C x H x W; empty: drawn
    Shape image;                       ///< of each image given
    std::vector<std::int64_t> labels;  ///< one an image; empty: drawn
};

/// `batch` standard normal images; `purpose` names the stream.
std::vector<float> proxy_images(const Shape& shape, std::int64_t batch, std::uint64_t seed,
                                std::string_view purpose = "proxy images");

/// The images of zen, and those that are mixed into them.
constexpr std::array<std::string_view, 2> zen_streams{"zen images", "zen mixed"};

/// What a network begins with; of zen, or of the others.
std::unique_ptr<ParameterSource> proxy_parameters(std::uint64_t seed, bool zen);

/// Classes of `batch` images, each class twice: epe_nas compares images of one class, of which a
/// batch that is drawn from 100 classes has none in 3 of 10 seeds.
std::vector<std::int64_t> proxy_labels(std::int64_t batch, std::int64_t classes,
                                       std::uint64_t seed);

/// ConfigError for images of another shape, batches of no image and outputs that are no classes;
/// DataError for labels that are none, or not one an image.
void check_proxies(const OpGraph& graph, const ProxyQuery& query, const std::string& where);

/// One value a proxy, NaN where its formula gives no finite number. Single-threaded; the monitor is
/// polled between operators.
std::vector<double> proxy_values(const OpGraph& graph, const ProxyQuery& query,
                                 Monitor& monitor = Monitor::current());

/// N x P, row-major, on `threads` threads, each of which computes whole networks; bit-equal for any
/// number of them. Errors of `check_proxies`, of all networks before any is computed.
std::vector<double> proxy_values(const Architectures& archs, const ProxyQuery& query, int threads,
                                 Monitor& monitor = Monitor::current());

}  // namespace latpred

#include "networks/zero_cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "graphs/costs.hpp"
#include "networks/network.hpp"
#include "networks/zero_cost_impl.hpp"
#include "networks/zero_cost_parameters.hpp"
#include "training/memory_pool_impl.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 13> names_of_proxies{
    "synflow", "zen",     "epe_nas", "fisher", "flops", "grad_norm", "grasp",
    "jacov",   "l2_norm", "nwot",    "params", "plain", "snip"};

std::string shape_text(const Shape& shape) {
    return message(shape.channels, " x ", shape.height, " x ", shape.width);
}

proxies::Values computed(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor) {
    using proxies::wanted;
    proxies::Values values;
    if (wanted(query, {Proxy::flops, Proxy::params})) {
        const Costs costs = costs_of(graph);
        values[Proxy::flops] = static_cast<double>(costs.macs);
        values[Proxy::params] = static_cast<double>(costs.params);
    }
    if (wanted(query, {Proxy::fisher, Proxy::grad_norm, Proxy::grasp, Proxy::plain, Proxy::snip,
                       Proxy::jacov, Proxy::epe_nas, Proxy::nwot, Proxy::l2_norm}))
        proxies::batch_proxies(graph, query, monitor, values);
    if (wanted(query, {Proxy::synflow}))
        proxies::synflow_proxy(graph, query, monitor, values);
    if (wanted(query, {Proxy::zen}))
        proxies::zen_proxy(graph, query, monitor, values);
    return values;
}

}  // namespace

std::span<const std::string_view> proxy_names() {
    return names_of_proxies;
}

Proxy proxy_named(std::string_view name) {
    const auto* const found = std::ranges::find(names_of_proxies, name);
    if (found == names_of_proxies.end()) {
        throw ConfigError(message("zero-cost proxies: '", excerpt(name), "' given, one of ",
                                  join(names_of_proxies), " expected",
                                  did_you_mean(name, names_of_proxies)));
    }
    return static_cast<Proxy>(found - names_of_proxies.begin());
}

std::vector<float> proxy_images(const Shape& shape, std::int64_t batch, std::uint64_t seed,
                                std::string_view purpose) {
    std::vector<float> images(batch_elements(batch, shape));
    fill_normal(seed, purpose, images);
    return images;
}

std::unique_ptr<ParameterSource> proxy_parameters(std::uint64_t seed, bool zen) {
    if (zen)
        return std::make_unique<NormalParameters>(seed);
    return std::make_unique<InitialParameters>(seed);
}

std::vector<std::int64_t> proxy_labels(std::int64_t batch, std::int64_t classes,
                                       std::uint64_t seed) {
    Rng rng(seed, "proxy labels");
    std::vector<std::int64_t> order(static_cast<std::size_t>(classes));
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::int64_t>(i);
    rng.shuffle(std::span(order));
    std::vector<std::int64_t> labels(static_cast<std::size_t>(batch));
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = order[i / 2 % order.size()];
    return labels;
}

void check_proxies(const OpGraph& graph, const ProxyQuery& query, const std::string& where) {
    const Shape& from = graph.input_shape();
    if (query.batch < 2)
        throw ConfigError(message(where, ": ", query.batch, " images, 2 or more expected"));
    if (!query.images.empty() &&
        (query.image != from || query.images.size() != batch_elements(query.batch, from))) {
        throw ConfigError(message(where, ": ", query.batch, " images of ", shape_text(query.image),
                                  ", images of ", shape_text(from), " expected"));
    }
    const Shape& to = graph.output_shape();
    if (!to.flat())
        throw ConfigError(message(where, ": a map of outputs, one number a class expected"));
    if (query.labels.empty())
        return;
    if (query.labels.size() != static_cast<std::size_t>(query.batch)) {
        throw DataError(message(where, ": ", query.labels.size(), " labels for ", query.batch,
                                " images, one for each expected"));
    }
    for (const std::int64_t label : query.labels) {
        if (label < 0 || label >= to.channels)
            throw DataError(message(where, ": label ", label, ", one from 0 to ", to.channels - 1,
                                    " expected"));
    }
}

std::vector<double> proxy_values(const OpGraph& graph, const ProxyQuery& query, Monitor& monitor) {
    const proxies::Values values = with_plain_errors("zero-cost proxies", [&] {
        const GradientMode mode;
        const ThreadGuard threads(1);
        const TorchFlush flush;
        const MemoryPool pool;
        const PoolGuard memory(pool);
        return computed(graph, query, monitor);
    });
    std::vector<double> row;
    for (const Proxy proxy : query.proxies) {
        const double value = values.at(proxy);
        row.push_back(std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN());
    }
    return row;
}

}  // namespace latpred

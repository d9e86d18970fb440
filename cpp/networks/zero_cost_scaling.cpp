#include "networks/zero_cost_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

bool grows(Proxy proxy) {
    switch (proxy) {
    case Proxy::fisher:
    case Proxy::flops:
    case Proxy::grad_norm:
    case Proxy::params:
    case Proxy::snip:
    case Proxy::synflow:
        return true;
    default:
        return false;
    }
}

std::string_view name_of(Proxy proxy) {
    return proxy_names()[static_cast<std::size_t>(proxy)];
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Population's, as NumPy's.
double deviation_of(const std::vector<double>& values, double mean) {
    double sum = 0;
    for (const double value : values)
        sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace

ProxyScaling::ProxyScaling(std::vector<Proxy> proxies, std::span<const double> values)
    : proxies_(std::move(proxies)) {
    const std::size_t width = proxies_.size();
    if (width == 0 || values.size() % width != 0)
        throw ConfigError(message("zero-cost features: ", values.size(), " values of ", width,
                                  " proxies, rows of one each expected"));
    if (values.empty())
        throw DataError("zero-cost features: no networks to scale by, one at least expected");
    for (std::size_t column = 0; column < width; ++column) {
        std::vector<double> defined;
        for (std::size_t i = column; i < values.size(); i += width) {
            if (std::isfinite(values[i]))
                defined.push_back(raw(column, values[i]));
        }
        if (defined.empty()) {
            throw DataError(message("zero-cost features: ", name_of(proxies_[column]),
                                    " is defined for no network, leave it out"));
        }
        const auto [least, most] = std::ranges::minmax(defined);
        const double mean = mean_of(defined);
        Column found{.zero = least, .unit = most - least};
        if (proxies_[column] == Proxy::grasp)
            found = {.zero = mean, .unit = most > least ? deviation_of(defined, mean) : 0.0};
        found.blank = found.unit > 0 ? (mean - found.zero) / found.unit : 0.0;
        columns_.push_back(found);
    }
}

double ProxyScaling::raw(std::size_t column, double value) const {
    if (!grows(proxies_[column]))
        return value;
    if (value < 0) {
        throw DataError(message("zero-cost features: ", name_of(proxies_[column]), " of ", value,
                                ", a number that is not negative expected"));
    }
    return std::log1p(value);
}

std::vector<float> ProxyScaling::apply(std::span<const double> values) const {
    const std::size_t width = columns_.size();
    if (values.size() % width != 0)
        throw ConfigError(message("zero-cost features: ", values.size(), " values of ", width,
                                  " proxies, rows of one each expected"));
    std::vector<float> scaled;
    scaled.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t column = i % width;
        const Column& by = columns_[column];
        double number = by.blank;
        if (std::isfinite(values[i]) && by.unit > 0)
            number = (raw(column, values[i]) - by.zero) / by.unit;
        scaled.push_back(static_cast<float>(number));
    }
    return scaled;
}

}  // namespace latpred

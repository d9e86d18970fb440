#include "tuning/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double most_integers = 4294967295.0;  // one 32-bit draw each
constexpr std::size_t most_grid_points = 1'000'000;

bool whole(double value) {
    return value == std::floor(value);
}

void check(const Parameter& parameter) {
    const auto& [kind, low, high, log] = parameter.distribution;
    const auto fail = [&](const char* what, const std::string& expected) {
        throw ConfigError(message("hyper-parameter ", parameter.name, ": ", what, ", got ", low,
                                  " to ", high, ", ", expected, " expected"));
    };
    if (!std::isfinite(low) || !std::isfinite(high) || low > high)
        fail("bad bounds", "finite low <= high");
    if (log && low <= 0)
        fail("bad bounds of a log scale", "low > 0");
    if (kind == Distribution::Kind::real)
        return;
    if (!whole(low) || !whole(high))
        fail("bad bounds", "whole numbers");
    if (high - low >= most_integers || std::abs(low) > 0x1p52 || std::abs(high) > 0x1p52)
        fail("too wide", "fewer than 2^32 values within 2^52");
}

double from_scale(const Distribution& distribution, double low, double high, double share) {
    if (!distribution.log)
        return low + share * (high - low);
    return std::exp(std::log(low) + share * (std::log(high) - std::log(low)));
}

double clamp(const Distribution& distribution, double value) {
    return std::clamp(value, distribution.low, distribution.high);
}

}  // namespace

void check_parameters(const std::vector<Parameter>& parameters) {
    if (parameters.empty())
        throw ConfigError("study: no hyper-parameters, at least one expected");
    std::set<std::string> names;
    for (const Parameter& parameter : parameters) {
        if (!names.insert(parameter.name).second)
            throw ConfigError("study: hyper-parameter " + parameter.name + " given twice");
        check(parameter);
    }
}

double draw(const Distribution& distribution, Rng& rng) {
    const auto& [kind, low, high, log] = distribution;
    if (kind == Distribution::Kind::real)
        return clamp(distribution, from_scale(distribution, low, high, rng.uniform()));
    if (!log)
        return low + rng.below(static_cast<std::uint32_t>(high - low) + 1);
    const double value = from_scale(distribution, low - 0.5, high + 0.5, rng.uniform());
    return clamp(distribution, std::round(value));
}

bool contains(const Distribution& distribution, double value) {
    const bool kind_fits = distribution.kind == Distribution::Kind::real || whole(value);
    return kind_fits && distribution.low <= value && value <= distribution.high;
}

std::vector<double> grid_values(const Distribution& distribution, std::size_t points) {
    check({"grid", distribution});
    const auto& [kind, low, high, log] = distribution;
    const double count = high - low + 1;
    const bool all = kind == Distribution::Kind::choice ||
                     (kind == Distribution::Kind::integer && count <= static_cast<double>(points));
    if ((all ? count : static_cast<double>(points)) > most_grid_points) {
        throw ConfigError(
            message("study: the grid has more than ", most_grid_points,
                    " points, fewer expected: lower grid_points or sample at random"));
    }
    std::vector<double> values;
    if (all) {
        values.resize(static_cast<std::size_t>(count));
        std::iota(values.begin(), values.end(), low);
        return values;
    }
    if (points <= 1 || low == high)
        return {low};
    for (std::size_t i = 0; i < points; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(points - 1);
        const double value = from_scale(distribution, low, high, share);
        values.push_back(
            clamp(distribution, kind == Distribution::Kind::integer ? std::round(value) : value));
    }
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

std::vector<double> random_configuration(const std::vector<Parameter>& parameters,
                                         std::uint64_t seed, std::size_t trial) {
    std::vector<double> values;
    values.reserve(parameters.size());
    for (const auto& [name, distribution] : parameters) {
        Rng rng(seed, "tuning/" + name, trial);
        values.push_back(draw(distribution, rng));
    }
    return values;
}

Grid::Grid(const std::vector<Parameter>& parameters, std::size_t points, std::uint64_t seed) {
    std::size_t size = 1;
    for (const Parameter& parameter : parameters) {
        axes_.push_back(grid_values(parameter.distribution, points));
        size *= axes_.back().size();
        if (size > most_grid_points) {
            throw ConfigError("study: the grid has more than " + std::to_string(most_grid_points) +
                              " points, fewer expected: lower grid_points or sample at random");
        }
    }
    order_.resize(size);
    std::iota(order_.begin(), order_.end(), 0U);
    Rng(seed, "tuning-grid").shuffle(std::span(order_));
}

std::vector<double> Grid::configuration(std::size_t trial) const {
    std::vector<double> values(axes_.size());
    std::size_t rest = order_.at(trial);
    for (std::size_t axis = axes_.size(); axis-- > 0;) {
        values[axis] = axes_[axis][rest % axes_[axis].size()];
        rest /= axes_[axis].size();
    }
    return values;
}

}  // namespace latpred

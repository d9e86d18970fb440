#include "device_generic/factor_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "device_generic/factor_fit.hpp"
#include "device_generic/factor_model.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_networks = 2000;
constexpr double audit_least = 0.6;
constexpr double audit_deviations = 8;

struct Source {
    std::uint64_t hash = 0;
    TrainingRows rows;
    std::optional<DeviceNumbers> numbers;
};

Source source_of(const SpacePtr& space, const Rows& rows, const std::string& what) {
    const Architectures archs = as_rows_of(space, rows.archs, what.c_str());
    Source source{0, canonical_rows(archs, rows.values), {}};
    for (std::size_t i = 0; i < source.rows.values.size(); ++i) {
        if (!(source.rows.values[i] > 0))
            throw DataError(message(what, ": row ", source.rows.given[i], " is ",
                                    source.rows.values[i], ", a number above 0 expected"));
    }
    source.hash = training_hash(source.rows.archs, source.rows.values);
    return source;
}

std::vector<Source> sources_of(const SpacePtr& space, std::span<const DescribedRows> devices) {
    std::vector<Source> sources;
    for (const DescribedRows& device : devices) {
        sources.push_back(source_of(space, device.rows, message("device ", excerpt(device.name))));
        if (device.numbers)
            check(*device.numbers, device.name);
        sources.back().numbers = device.numbers;
    }
    // Devices of the same latencies stand in the order of their numbers.
    std::ranges::stable_sort(sources, {}, [](const Source& source) {
        std::array<double, 4> numbers{};
        if (source.numbers)
            numbers = {source.numbers->frequency_ghz, source.numbers->dispatch_width,
                       source.numbers->cache_mb, source.numbers->memory_gbs};
        return std::pair(source.hash, numbers);
    });
    return sources;
}

Architectures all_networks(const std::optional<Source>& factors,
                           const std::vector<Source>& sources) {
    Architectures all(factors ? factors->rows.archs.space_ptr()
                              : sources.front().rows.archs.space_ptr());
    if (factors)
        all.append(factors->rows.archs);
    for (const Source& source : sources)
        all.append(source.rows.archs);
    const Architectures different = all.select(distinct_rows(all));
    return different.select(thinned(different, most_networks));
}

/// Mean logarithm of each network; NaN where the source does not have it.
VectorXd logarithms(const Source& source, const Architectures& networks,
                    const std::unordered_map<std::uint64_t, Index>& places) {
    VectorXd sums = VectorXd::Zero(static_cast<Index>(networks.size()));
    VectorXd counts = VectorXd::Zero(sums.size());
    const double shift = source.numbers ? std::log(ms_per_factor(*source.numbers)) : 0;
    for (std::size_t i = 0; i < source.rows.values.size(); ++i) {
        const auto place = places.find(networks.space().hash(source.rows.archs.row(i)));
        if (place == places.end())
            continue;
        sums[place->second] += std::log(source.rows.values[i]) - shift;
        counts[place->second] += 1;
    }
    for (Index i = 0; i < sums.size(); ++i)
        sums[i] = counts[i] > 0 ? sums[i] / counts[i] : unknown;
    return sums;
}

/// Networks whose factor a robust model of all factors does not believe.
std::vector<std::size_t> audit(const FactorTable& table, const FitContext& context) {
    std::vector<std::size_t> rows;
    std::vector<double> values;
    for (Index i = 0; i < table.size(); ++i) {
        if (std::isfinite(table.factors[i])) {
            rows.push_back(static_cast<std::size_t>(i));
            values.push_back(std::exp(table.factors[i]));
        }
    }
    constexpr std::size_t least_rows = 50;
    if (rows.size() < least_rows)
        return {};
    const Architectures archs = table.networks.select(rows);
    const PredictorPtr model = FactorFitter().fit({archs, values}, context);
    std::vector<double> residuals(values.size());
    model->evaluate(archs, residuals);
    for (std::size_t i = 0; i < values.size(); ++i)
        residuals[i] = std::log(values[i] / residuals[i]);
    const double bound = std::max(audit_least, audit_deviations * robust_deviation(residuals));
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::abs(residuals[i]) > bound)
            found.push_back(rows[i]);
    }
    return found;
}

std::vector<double> finite(const VectorXd& values) {
    std::vector<double> found;
    std::ranges::copy_if(values, std::back_inserter(found),
                         [](double v) { return std::isfinite(v); });
    return found;
}

/// Offsets of devices alone, against factors that are fitted to them.
VectorXd own_offsets(const MatrixXd& devices) {
    const DeviceNumbers plain{1, 2, 1,
                              2};  // 1 ms for a factor of 1: logarithms are relative already
    std::vector<double> latencies;
    for (Index i = 0; i < devices.rows(); ++i) {
        if (finite(devices.row(i)).empty())
            continue;
        for (Index d = 0; d < devices.cols(); ++d)
            latencies.push_back(std::exp(devices(i, d)));
    }
    const FactorFit fit = fit_factors(
        latencies, std::vector<DeviceNumbers>(static_cast<std::size_t>(devices.cols()), plain));
    return Eigen::Map<const VectorXd>(fit.offsets.data(), devices.cols());
}

}  // namespace

VectorXd FactorTable::offsets() const {
    if (devices.cols() == 0)
        return {};
    if (finite(factors).empty())
        return own_offsets(devices);
    VectorXd found(devices.cols());
    for (Index d = 0; d < devices.cols(); ++d) {
        const std::vector<double> above = finite(devices.col(d) - factors);
        found[d] = above.empty() ? 0 : median(above);
    }
    return found;
}

VectorXd FactorTable::means(const VectorXd& offsets, std::optional<Index> without) const {
    VectorXd found(size());
    for (Index i = 0; i < size(); ++i) {
        double sum = 0;
        double weight = 0;
        if (std::isfinite(factors[i])) {
            sum += factor_weight * factors[i];
            weight += factor_weight;
        }
        for (Index d = 0; d < devices.cols(); ++d) {
            if (d != without.value_or(-1) && std::isfinite(devices(i, d))) {
                sum += devices(i, d) - offsets[d];
                weight += 1;
            }
        }
        found[i] = weight > 0 ? sum / weight : unknown;
    }
    return found;
}

FactorTable factor_table(const Rows* factors, std::span<const DescribedRows> devices,
                         const FitContext& context) {
    if (factors == nullptr && devices.empty())
        throw ConfigError("device-generic model: architecture factors or a device expected");
    const SpacePtr space =
        factors ? factors->archs.space_ptr() : devices.front().rows.archs.space_ptr();
    std::optional<Source> published;
    if (factors)
        published = source_of(space, *factors, "architecture factors");
    const std::vector<Source> sources = sources_of(space, devices);
    FactorTable table{all_networks(published, sources), {}, {}, {}, {}};
    std::unordered_map<std::uint64_t, Index> places;
    for (std::size_t i = 0; i < table.networks.size(); ++i)
        places[space->hash(table.networks.row(i))] = static_cast<Index>(i);
    const auto n = static_cast<Index>(table.networks.size());
    table.factors =
        published ? logarithms(*published, table.networks, places) : VectorXd::Constant(n, unknown);
    table.devices.resize(n, static_cast<Index>(sources.size()));
    Index known = 0;
    for (const Source& source : sources) {
        const VectorXd column = logarithms(source, table.networks, places);
        if (finite(column).empty())
            continue;  // none of its networks is among those taken
        table.devices.col(known++) = column;
        table.numbers.push_back(source.numbers);
    }
    table.devices.conservativeResize(n, known);
    table.audited = audit(table, context);
    for (const std::size_t row : table.audited)
        table.factors[static_cast<Index>(row)] = unknown;
    return table;
}

}  // namespace latpred

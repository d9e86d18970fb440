#include "encodings/cost_features.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/monitor.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr std::size_t peak_column = 6;

CostSum one(CostKind kind) {
    return {{{kind, 1}}};
}

/// The features but the peak, whose place is left free.
const std::vector<CostSum>& sums() {
    static const std::vector<CostSum> all{
        one(CostKind::macs),
        one(CostKind::depthwise_macs),
        one(CostKind::pointwise_macs),
        one(CostKind::vector_macs),
        one(CostKind::params),
        {{{CostKind::moved, bytes_per_value}, {CostKind::params, bytes_per_value}}},
        {},
        {{{CostKind::written, bytes_per_value}}},
        one(CostKind::kernels),
        one(CostKind::ops),
        one(CostKind::depthwise_ops),
        one(CostKind::products),
        one(CostKind::blocks),
        one(CostKind::height),
    };
    return all;
}

}  // namespace

std::vector<std::string> CostFeatures::feature_names() const {
    return {
        "macs",       "depthwise_macs",   "pointwise_macs", "se_macs", "params",        "bytes",
        "peak_bytes", "activation_bytes", "kernels",        "ops",     "depthwise_ops", "se_ops",
        "depth",      "resolution"};
}

std::vector<double> CostFeatures::values(const Architectures& archs) const {
    const CostTables& tables = archs.space().family().cost_tables();
    std::vector<std::int64_t> counts(archs.size() * count);
    std::vector<std::int64_t> peaks(archs.size());
    constexpr std::size_t rows_at_once = 256;
    const std::size_t columns = archs.columns();
    for (std::size_t row = 0; row < archs.size(); row += rows_at_once) {
        Monitor::current().poll();
        const std::size_t rows = std::min(rows_at_once, archs.size() - row);
        const auto genes = archs.genes().subspan(row * columns, rows * columns);
        tables.evaluate(sums(), genes, std::span(counts).subspan(row * count, rows * count));
        tables.peaks(genes, std::span(peaks).subspan(row, rows));
    }
    for (std::size_t i = 0; i < peaks.size(); ++i)
        counts[i * count + peak_column] = bytes_per_value * peaks[i];
    return {counts.begin(), counts.end()};
}

void CostFeatures::write(const Architectures& archs, std::span<float> out) const {
    const std::vector<double> all = values(archs);
    for (std::size_t i = 0; i < all.size(); ++i)
        out[i] = static_cast<float>(all[i]);
}

}  // namespace latpred

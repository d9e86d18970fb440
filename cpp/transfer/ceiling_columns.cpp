#include "transfer/ceiling_columns.hpp"

#include <cmath>

#include "base/monitor.hpp"
#include "base/statistics.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr Index most_pairs = 600;
constexpr Index most_columns = 800;

/// One-hot genes and the products of any two of their columns that are not always 0.
FeatureRows with_pairs(const FeatureRows& one_hot) {
    FeatureRows all(one_hot.rows(), one_hot.cols() * (one_hot.cols() + 1) / 2);
    Index column = one_hot.cols();
    all.leftCols(column) = one_hot;
    for (Index a = 0; a < one_hot.cols(); ++a) {
        for (Index b = a + 1; b < one_hot.cols(); ++b)
            all.col(column++) = one_hot.col(a).cwiseProduct(one_hot.col(b));
    }
    return all;
}

FeatureRows gene_features(const Architectures& archs) {
    const FeatureRows one_hot = encoded_rows(archs, "one-hot");
    return one_hot.cols() * (one_hot.cols() + 1) / 2 <= most_pairs ? with_pairs(one_hot) : one_hot;
}

VectorXd standard_column(VectorXd values) {
    values.array() -= values.mean();
    const double length = std::sqrt(values.squaredNorm() / static_cast<double>(values.size()));
    return length > 0 ? VectorXd(values / length) : values;
}

}  // namespace

CeilingColumns ceiling_columns(const DeviceMatrix& tables, const std::vector<std::size_t>& order) {
    std::vector<FeatureRows> parts{standardised(gene_features(tables.archs()))};
    for (const char* name : {"cost-features", "stage-costs"}) {
        const FeatureRows costs = encoded_rows(tables.archs(), name);
        parts.push_back(standardised(costs));
        parts.push_back(standardised(FeatureRows(costs.array().log1p())));
    }
    CeilingColumns all;
    for (const FeatureRows& part : parts)
        all.first_device += part.cols();
    const auto devices = static_cast<Index>(order.size());
    all.first_rank = ++all.first_device + devices;
    if (all.first_rank + devices * (devices + 1) / 2 <= most_columns) {
        for (Index a = 0; a < devices; ++a) {
            for (Index b = a; b < devices; ++b)
                all.products.emplace_back(a, b);
        }
        all.first_rank += static_cast<Index>(all.products.size());
    }
    all.values.resize(tables.latency_ms().rows(), all.first_rank + devices);
    Index column = 0;
    for (const FeatureRows& part : parts) {
        all.values.middleCols(column, part.cols()) = part;
        column += part.cols();
    }
    all.values.col(column++).setOnes();
    for (const std::size_t device : order) {
        const std::vector<double> ranks = average_ranks(tables.device(device));
        const VectorXd logs = tables.latency_ms().col(static_cast<Index>(device)).array().log();
        all.values.col(all.first_rank + column - all.first_device) = standard_column(
            Eigen::Map<const VectorXd>(ranks.data(), static_cast<Index>(ranks.size())));
        all.values.col(column++) = standard_column(logs);
    }
    for (const auto& [a, b] : all.products) {
        Monitor::current().poll();
        const auto of = [&](Index device) { return all.values.col(all.first_device + device); };
        all.values.col(column++) = standard_column(of(a).cwiseProduct(of(b)));
    }
    return all;
}

}  // namespace latpred

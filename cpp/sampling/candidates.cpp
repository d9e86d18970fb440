#include "sampling/candidates.hpp"

#include <algorithm>
#include <cmath>

#include "base/monitor.hpp"
#include "encodings/encoding.hpp"

namespace latpred {

std::vector<std::size_t> distinct_rows(const Architectures& archs) {
    std::vector<std::size_t> rows;
    for (const std::size_t row : canonical_order(archs)) {
        if (rows.empty() || !same_network(archs, rows.back(), row))
            rows.push_back(row);
    }
    return rows;
}

FeatureRows encoded_rows(const Architectures& archs, const std::string& encoding) {
    return encoded_rows(archs, *make_encoding(encoding, archs.space_ptr()));
}

FeatureRows encoded_rows(const Architectures& archs, const Encoding& encoding) {
    std::vector<float> values(archs.size() * encoding.features());
    encoding.encode(archs, values);
    using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const FloatRows>(values.data(), static_cast<Eigen::Index>(archs.size()),
                                       static_cast<Eigen::Index>(encoding.features()))
        .cast<double>();
}

FeatureRows standardised(const FeatureRows& features) {
    FeatureRows columns(features.rows(), features.cols());
    Eigen::Index kept = 0;
    for (Eigen::Index column = 0; column < features.cols(); ++column) {
        Monitor::current().poll();
        const auto values = features.col(column).array();
        const double mean = values.mean();
        const double deviation = std::sqrt((values - mean).square().mean());
        // Rounding of the mean leaves a constant column with a deviation of some 1e-16 of it.
        if (deviation > 1e-12 * std::max(1.0, values.abs().maxCoeff()))
            columns.col(kept++) = (values - mean) / deviation;
    }
    return columns.leftCols(kept);
}

FeatureRows unit_rows(FeatureRows features) {
    for (Eigen::Index row = 0; row < features.rows(); ++row) {
        if (const double length = features.row(row).norm(); length > 0)
            features.row(row) /= length;
    }
    return features;
}

}  // namespace latpred

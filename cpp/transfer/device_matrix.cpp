#include "transfer/device_matrix.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

std::size_t columns_of(const Architectures& archs, std::span<const double> latency_ms) {
    const std::size_t rows = archs.size();
    if (rows == 0 || latency_ms.empty() || latency_ms.size() % rows != 0) {
        throw DataError(message("device tables: ", latency_ms.size(), " latencies of ", rows,
                                " networks; one for each network and device expected"));
    }
    const std::size_t columns = latency_ms.size() / rows;
    for (std::size_t i = 0; i < latency_ms.size(); ++i) {
        const double value = latency_ms[i];
        if (!(value >= least_training_value && value <= most_training_value)) {
            throw DataError(message("device tables: row ", i / columns, ", device ", i % columns,
                                    ": ", value, "; a positive, finite latency in ms expected"));
        }
    }
    return columns;
}

}  // namespace

DeviceMatrix::DeviceMatrix(const Architectures& archs, std::span<const double> latency_ms)
    : archs_(archs.select(distinct_rows(archs))) {
    const std::size_t columns = columns_of(archs, latency_ms);
    latency_ms_.resize(static_cast<Eigen::Index>(archs_.size()),
                       static_cast<Eigen::Index>(columns));
    const std::vector<std::size_t> order = canonical_order(archs);
    std::vector<double> repeats;
    Eigen::Index network = 0;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end, ++network) {
        while (end < order.size() && same_network(archs, order[begin], order[end]))
            ++end;
        for (std::size_t column = 0; column < columns; ++column) {
            repeats.clear();
            for (std::size_t i = begin; i < end; ++i)
                repeats.push_back(latency_ms[order[i] * columns + column]);
            latency_ms_(network, static_cast<Eigen::Index>(column)) = median(repeats);
        }
    }
}

std::span<const double> DeviceMatrix::device(std::size_t column) const {
    return {latency_ms_.col(static_cast<Eigen::Index>(column)).data(), networks()};
}

std::uint64_t DeviceMatrix::key(std::size_t column) const {
    Hash64 hash;
    hash.bytes(archs_.space().name());
    for (const std::uint64_t network : archs_.hashes())
        hash.value(network);
    for (const double value : device(column))
        hash.value(std::bit_cast<std::uint64_t>(value));
    return hash.digest();
}

std::uint64_t DeviceMatrix::key() const {
    std::vector<std::uint64_t> keys;
    for (std::size_t column = 0; column < devices(); ++column)
        keys.push_back(key(column));
    std::ranges::sort(keys);
    Hash64 hash;
    for (const std::uint64_t one : keys)
        hash.value(one);
    return hash.digest();
}

}  // namespace latpred

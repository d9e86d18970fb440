#include "datasets/cost_fit.hpp"

#include <algorithm>
#include <cmath>

#include "base/monitor.hpp"
#include "base/statistics.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr int rounds = 8;
constexpr double corner = 1.345;      // 95 % efficiency at the normal distribution
constexpr double ridge = 1e-6;        // columns may depend on each other
constexpr double least_share = 0.05;  // of the median latency

std::vector<double> chosen(std::span<const double> values, std::span<const double> weights) {
    std::vector<double> kept;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (weights[i] > 0)
            kept.push_back(values[i]);
    }
    return kept;
}

}  // namespace

Eigen::MatrixXd cost_columns(const Architectures& archs, std::span<const std::size_t> rows) {
    Eigen::MatrixXd columns(static_cast<Eigen::Index>(rows.size()), 6);
    const std::vector<Costs> counted = count_costs(archs.select(rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Costs& costs = counted[i];
        columns.row(static_cast<Eigen::Index>(i)) << 1.0, static_cast<double>(costs.macs),
            static_cast<double>(costs.params), static_cast<double>(costs.bytes),
            static_cast<double>(costs.peak_bytes), static_cast<double>(costs.kernels);
    }
    for (Eigen::Index column = 1; column < columns.cols(); ++column)
        columns.col(column) /= std::max(columns.col(column).mean(), 1.0);
    return columns;
}

std::vector<double> robust_weights(std::span<const double> residuals,
                                   std::span<const double> weights) {
    const double bound = corner * robust_scale(chosen(residuals, weights));
    std::vector<double> all(weights.begin(), weights.end());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] *= huber_weight(residuals[i], bound);
    return all;
}

std::vector<double> fit_costs(const Eigen::MatrixXd& columns, std::span<const double> latency,
                              std::span<const double> weights) {
    const auto y = Eigen::Map<const Eigen::VectorXd>(latency.data(), columns.rows());
    const double least = least_share * median(chosen(latency, weights));
    std::vector<double> fitted(latency.begin(), latency.end());
    std::vector<double> robust(weights.begin(), weights.end());
    std::vector<double> residuals(latency.size());
    for (int round = 0; round < rounds; ++round) {
        Monitor::current().poll();
        Eigen::VectorXd w(columns.rows());
        for (std::size_t i = 0; i < fitted.size(); ++i)
            w[static_cast<Eigen::Index>(i)] = robust[i] / (fitted[i] * fitted[i]);
        w /= std::max(w.mean(), 1e-300);
        Eigen::MatrixXd normal = columns.transpose() * w.asDiagonal() * columns;
        normal.diagonal().array() += ridge * normal.trace();
        const Eigen::VectorXd solution =
            normal.ldlt().solve(columns.transpose() * w.cwiseProduct(y));
        const Eigen::VectorXd values = columns * solution;
        for (std::size_t i = 0; i < fitted.size(); ++i) {
            fitted[i] = std::max(values[static_cast<Eigen::Index>(i)], least);
            residuals[i] = latency[i] / fitted[i] - 1;
        }
        robust = robust_weights(residuals, weights);
    }
    return fitted;
}

}  // namespace latpred

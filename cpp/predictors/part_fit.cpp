#include "predictors/part_fit.hpp"

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double ridge_share = 1e-3;  ///< of the mean squared feature: keeps the design solvable
constexpr int grid_points = 97;
constexpr int golden_rounds = 40;

void check(const MatrixXd& counts, const MatrixXd& base, const VectorXd& scale,
           const VectorXd& latency) {
    const Index parts = counts.cols();
    if (base.rows() != parts || scale.size() != parts || latency.size() != counts.rows()) {
        throw DataError(message("part fit: ", counts.rows(), " x ", parts, " counts, ", base.rows(),
                                " rows of base, ", scale.size(), " scales, ", latency.size(),
                                " latencies do not fit together"));
    }
    if (counts.rows() < base.cols() + 4) {
        throw DataError(message("part fit: ", counts.rows(), " networks, at least ",
                                base.cols() + 4, " expected"));
    }
    if (!latency.allFinite() || !(latency.array() > 0).all() || !scale.allFinite() ||
        !(scale.array() > 0).all() || !base.allFinite()) {
        throw DataError("part fit: positive finite latencies and scales expected");
    }
    MatrixXd fixed(counts.rows(), base.cols() + 1);
    fixed << counts * base, VectorXd::Ones(counts.rows());
    if (Eigen::ColPivHouseholderQR<MatrixXd>(fixed).rank() < fixed.cols()) {
        throw DataError("part fit: the networks' expected costs hardly differ, other networks "
                        "expected");
    }
}

/// What is free in the model is taken out; what remains has independent parts of known variance.
struct Contrasts {
    VectorXd variance;  ///< of the deviations, in each direction
    VectorXd squared;   ///< of the data
};

Contrasts contrasts_of(const MatrixXd& fixed, const MatrixXd& kernel, const VectorXd& y) {
    const Eigen::HouseholderQR<MatrixXd> qr(fixed);
    const MatrixXd q = qr.householderQ();
    const MatrixXd rest = q.rightCols(q.cols() - fixed.cols());
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(rest.transpose() * kernel * rest);
    const VectorXd along = eigen.eigenvectors().transpose() * (rest.transpose() * y);
    return {eigen.eigenvalues().cwiseMax(0.0), along.cwiseAbs2()};
}

/// Minus the profiled restricted log-likelihood of delta = noise variance / deviation variance.
double loss(const Contrasts& c, double log_delta) {
    const Eigen::ArrayXd sums = c.variance.array() + std::exp(log_delta);
    return sums.log().sum() +
           static_cast<double>(sums.size()) * std::log((c.squared.array() / sums).sum());
}

double best_delta(const Contrasts& c) {
    const double middle = std::log(std::max(c.variance.mean(), 1e-300));
    const auto place = [&](int i) { return middle + std::numbers::ln10 * (i / 8.0 - 8.0); };
    int best = 0;
    for (int i = 1; i < grid_points; ++i) {
        if (loss(c, place(i)) < loss(c, place(best)))
            best = i;
    }
    double low = place(std::max(best - 1, 0));
    double high = place(std::min(best + 1, grid_points - 1));
    const double ratio = (std::sqrt(5.0) - 1) / 2;
    for (int round = 0; round < golden_rounds; ++round) {
        const double a = high - ratio * (high - low);
        const double b = low + ratio * (high - low);
        (loss(c, a) < loss(c, b) ? high : low) = loss(c, a) < loss(c, b) ? b : a;
    }
    return std::exp((low + high) / 2);
}

}  // namespace

std::vector<std::size_t> design_rows(const MatrixXd& counts, const VectorXd& scale,
                                     std::size_t count) {
    const auto candidates = static_cast<std::size_t>(counts.rows());
    if (count > candidates) {
        throw ConfigError(
            message("design: ", count, " networks out of ", candidates, " candidates"));
    }
    if (scale.size() != counts.cols() || !scale.allFinite() || !counts.allFinite()) {
        throw ConfigError(message("design: ", scale.size(), " scales for ", counts.cols(),
                                  " parts; one finite number for each expected"));
    }
    MatrixXd z = counts * scale.asDiagonal();
    const VectorXd totals = z.rowwise().sum().cwiseMax(1e-12);
    z = totals.cwiseInverse().asDiagonal() * z;  // noise grows in proportion to the latency
    // In terms of rows only: gain(row) = z'A⁻¹z of all candidates, updated at each choice.
    const double ridge = ridge_share * z.rowwise().squaredNorm().mean();
    VectorXd gain = z.rowwise().squaredNorm() / ridge;
    MatrixXd basis(z.rows(), static_cast<Index>(count));  // of the updates so far
    std::vector<std::size_t> chosen;
    for (std::size_t step = 0; step < count; ++step) {
        Index best = 0;
        gain.maxCoeff(&best);
        chosen.push_back(static_cast<std::size_t>(best));
        const auto done = static_cast<Index>(step);
        VectorXd along = z * z.row(best).transpose() / ridge;
        along -= basis.leftCols(done) * basis.row(best).head(done).transpose();
        basis.col(done) = along / std::sqrt(1 + along[best]);
        gain -= basis.col(done).cwiseAbs2();
        for (const std::size_t row : chosen)
            gain[static_cast<Index>(row)] = -1;
    }
    return chosen;
}

PartFit fit_parts(const MatrixXd& counts, const MatrixXd& base, const VectorXd& scale,
                  const VectorXd& latency) {
    check(counts, base, scale, latency);
    const Index rows = counts.rows();
    const Index free = base.cols() + 1;
    const VectorXd inverse = latency.cwiseInverse();
    MatrixXd fixed(rows, free);
    fixed << counts * base, VectorXd::Ones(rows);
    fixed = inverse.asDiagonal() * fixed;
    const MatrixXd z = inverse.asDiagonal() * (counts * scale.asDiagonal());
    const VectorXd y = VectorXd::Ones(rows);
    const MatrixXd kernel = z * z.transpose();
    const Contrasts contrasts = contrasts_of(fixed, kernel, y);
    const double delta = best_delta(contrasts);
    const double variance =
        (contrasts.squared.array() / (contrasts.variance.array() + delta)).mean();

    const Eigen::LLT<MatrixXd> v(kernel + delta * MatrixXd::Identity(rows, rows));
    const MatrixXd vf = v.solve(fixed);
    const Eigen::LDLT<MatrixXd> information(fixed.transpose() * vf);
    const VectorXd coefficients = information.solve(vf.transpose() * y);
    const VectorXd residual = v.solve(y - fixed * coefficients);

    PartFit fit;
    fit.mean = base * coefficients.head(base.cols()) + scale.cwiseProduct(z.transpose() * residual);
    fit.constant = coefficients[base.cols()];
    fit.spread = std::sqrt(variance);
    fit.noise = std::sqrt(variance * delta);
    const MatrixXd vz = v.matrixL().solve(z);
    const MatrixXd known = information.solve(MatrixXd::Identity(free, free));
    fit.constant_error = std::sqrt(variance * known(free - 1, free - 1));
    fit.error.resize(scale.size());
    for (Index i = 0; i < scale.size(); ++i) {
        VectorXd toward = VectorXd::Zero(free);
        toward.head(base.cols()) = base.row(i).transpose();
        toward -= scale[i] * (vf.transpose() * z.col(i));
        const double own = scale[i] * scale[i] * std::max(0.0, 1 - vz.col(i).squaredNorm());
        fit.error[i] = std::sqrt(variance * (own + toward.dot(known * toward)));
    }
    const MatrixXd projection =
        v.solve(MatrixXd::Identity(rows, rows)) - vf * known * vf.transpose();
    fit.held_out = (projection * y).cwiseQuotient(projection.diagonal());
    return fit;
}

}  // namespace latpred

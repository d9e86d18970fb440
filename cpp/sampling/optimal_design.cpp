#include "sampling/optimal_design.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/dense.hpp"
#include "base/monitor.hpp"

namespace latpred {
namespace {

constexpr double noise_ratio = 0.1;  ///< deviation of the noise over that of the signal
constexpr int most_passes = 10;
constexpr double least_gain = 1e-6;  ///< of the determinant, as a share

/// Rows with an intercept, scaled such that a row's leverage is in units of the noise's variance.
FeatureRows design_rows(const FeatureRows& features) {
    FeatureRows rows(features.rows(), features.cols() + 1);
    rows << FeatureRows::Ones(features.rows(), 1), features;
    const double columns = std::max<double>(1.0, static_cast<double>(features.cols()));
    return rows / (noise_ratio * std::sqrt(columns));
}

/// (I + Σ x xᵀ)⁻¹ over the rows taken, and xᵀ (…)⁻¹ x of every row.
class Design {
  public:
    explicit Design(const FeatureRows& rows)
        : rows_(rows), inverse_(Eigen::MatrixXd::Identity(rows.cols(), rows.cols())),
          leverage_(rows.rowwise().squaredNorm()), taken_(rows.rows(), false) {}

    /// With rows that are taken from the start.
    Design(const FeatureRows& rows, const std::vector<std::size_t>& held) : Design(rows) {
        if (held.empty())
            return;
        Monitor& monitor = Monitor::current();
        const std::vector<Eigen::Index> numbers(held.begin(), held.end());
        const Eigen::MatrixXd known = rows_(numbers, Eigen::all);
        Eigen::MatrixXd matrix = gram(known.transpose(), monitor);
        matrix.diagonal().array() += 1;
        inverse_ = Cholesky(std::move(matrix), monitor).inverse(monitor);
        leverage_ = product(rows_, inverse_, monitor).cwiseProduct(rows_).rowwise().sum();
        for (const std::size_t row : held)
            taken_[row] = true;
    }

    [[nodiscard]] bool taken(Eigen::Index row) const {
        return taken_[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] const Eigen::MatrixXd& inverse() const { return inverse_; }
    [[nodiscard]] const Eigen::VectorXd& leverages() const { return leverage_; }
    [[nodiscard]] double leverage(Eigen::Index row) const { return leverage_(row); }

    /// sign = 1 adds the row, -1 takes it out again (Sherman and Morrison 1950).
    void update(Eigen::Index row, double sign) {
        Monitor::current().poll();
        const Eigen::VectorXd direction = inverse_ * rows_.row(row).transpose();
        const double scale = sign / (1 + sign * leverage_(row));
        const Eigen::VectorXd along = rows_ * direction;
        leverage_.array() -= scale * along.array().square();
        inverse_.noalias() -= scale * direction * direction.transpose();
        taken_[static_cast<std::size_t>(row)] = sign > 0;
    }

    /// The row not taken that adds most; the first of equals.
    [[nodiscard]] Eigen::Index best() const {
        Eigen::Index found = -1;
        for (Eigen::Index row = 0; row < leverage_.size(); ++row) {
            if (!taken(row) && (found < 0 || leverage_(row) > leverage_(found)))
                found = row;
        }
        return found;
    }

  private:
    const FeatureRows& rows_;
    Eigen::MatrixXd inverse_;
    Eigen::VectorXd leverage_;
    std::vector<bool> taken_;
};

/// xᵀ S x over all rows x, where S is the inverse of a design, and what each row would take off it.
class MeanVariance {
  public:
    MeanVariance(const FeatureRows& rows, const Design& design)
        : rows_(rows), design_(design), moments_(gram(rows.transpose(), Monitor::current())) {
        moments_ /= static_cast<double>(std::max<Eigen::Index>(rows.rows(), 1));
        const Eigen::MatrixXd known = product(rows, design.inverse(), Monitor::current());
        squares_ = product(known, moments_, Monitor::current()).cwiseProduct(known).rowwise().sum();
    }

    [[nodiscard]] double mean() const { return std::max(design_.leverages().mean(), 1e-300); }
    [[nodiscard]] double reduction(Eigen::Index row) const {
        return std::max(squares_(row), 0.0) / (1 + design_.leverage(row));
    }

    /// Before the design takes the row.
    void take(Eigen::Index row) {
        const Eigen::VectorXd direction = design_.inverse() * rows_.row(row).transpose();
        const Eigen::VectorXd moved = moments_ * direction;
        const Eigen::VectorXd turned = design_.inverse() * moved;
        const double scale = 1 / (1 + design_.leverage(row));
        const Eigen::ArrayXd along = (rows_ * direction).array();
        const Eigen::ArrayXd across = (rows_ * turned).array();
        squares_.array() -= 2 * scale * along * across;
        squares_.array() += scale * scale * direction.dot(moved) * along.square();
    }

  private:
    const FeatureRows& rows_;
    const Design& design_;
    Eigen::MatrixXd moments_;  ///< mean of x xᵀ
    Eigen::VectorXd squares_;  ///< xᵀ S M S x
};

/// Takes each row out and the best one in. Whether anything was gained.
bool exchange(Design& design, std::vector<Eigen::Index>& chosen) {
    bool gained = false;
    for (Eigen::Index& row : chosen) {
        design.update(row, -1);
        const Eigen::Index best = design.best();
        const double gain = (1 + design.leverage(best)) / (1 + design.leverage(row));
        if (gain > 1 + least_gain) {
            row = best;
            gained = true;
        }
        design.update(row, 1);
    }
    return gained;
}

}  // namespace

Additions augment(const FeatureRows& rows, const std::vector<std::size_t>& held,
                  const std::vector<std::size_t>& open, std::size_t count, Criterion criterion) {
    Design design(rows, held);
    MeanVariance variance(rows, design);
    Additions found;
    while (found.rows.size() < std::min(count, open.size())) {
        const auto worth = [&](Eigen::Index row) {
            return criterion == Criterion::variance ? variance.reduction(row)
                                                    : design.leverage(row);
        };
        std::optional<Eigen::Index> best;
        for (const std::size_t number : open) {
            const auto row = static_cast<Eigen::Index>(number);
            if (!design.taken(row) && (!best || worth(row) > worth(*best)))
                best = row;
        }
        if (!best)
            break;
        found.rows.push_back(static_cast<std::size_t>(*best));
        found.gains.push_back(variance.reduction(*best) / variance.mean());
        variance.take(*best);
        design.update(*best, 1);
    }
    return found;
}

std::vector<std::size_t> d_optimal(const FeatureRows& features, std::size_t count, Rng& rng) {
    const FeatureRows rows = design_rows(features);
    Design design(rows);
    std::vector<Eigen::Index> chosen{rng.below(static_cast<std::uint32_t>(rows.rows()))};
    design.update(chosen.back(), 1);
    while (chosen.size() < count) {
        chosen.push_back(design.best());
        design.update(chosen.back(), 1);
    }
    for (int pass = 0; pass < most_passes && exchange(design, chosen); ++pass) {
    }
    return {chosen.begin(), chosen.end()};
}

double information(const FeatureRows& features, const std::vector<std::size_t>& rows) {
    const FeatureRows all = design_rows(features);
    const std::vector<Eigen::Index> chosen(rows.begin(), rows.end());
    const Eigen::MatrixXd taken = all(chosen, Eigen::all);
    Eigen::MatrixXd matrix = gram(taken.transpose());
    matrix.diagonal().array() += 1;
    return Cholesky(std::move(matrix)).log_determinant();
}

}  // namespace latpred

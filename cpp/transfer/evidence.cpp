#include "transfer/evidence.hpp"

#include <cmath>
#include <limits>

#include "base/dense.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 60;
constexpr int most_halvings = 20;

/// The negative logarithm of the posterior of the logarithms of variances and noise.
class Posterior {
  public:
    Posterior(const std::vector<MatrixXd>& kernels, const VectorXd& y, const EvidencePrior& prior)
        : kernels_(kernels), y_(y), prior_(prior),
          count_(static_cast<Eigen::Index>(kernels.size())), centre_(count_ + 1),
          least_(VectorXd::Constant(count_ + 1, -9.0)), most_(VectorXd::Constant(count_ + 1, 4.0)) {
        for (Eigen::Index i = 0; i < count_; ++i)
            centre_[i] = std::log(prior.variances[static_cast<std::size_t>(i)]);
        centre_[count_] = std::log(prior.noise);
        least_[count_] = -7;
        most_[count_] = 1;
    }

    [[nodiscard]] const VectorXd& centre() const { return centre_; }
    [[nodiscard]] VectorXd bounded(const VectorXd& logs) const {
        return logs.cwiseMax(least_).cwiseMin(most_);
    }

    struct Slope {
        VectorXd gradient;
        MatrixXd information;
    };

    [[nodiscard]] double value(const VectorXd& logs) const {
        const Cholesky factor(covariance(logs));
        if (!factor.holds())
            return std::numeric_limits<double>::infinity();
        return 0.5 * (y_.dot(factor.solve(y_)) + factor.log_determinant() +
                      (logs - centre_).squaredNorm() / square(prior_.deviation));
    }

    [[nodiscard]] Slope slope(const VectorXd& logs) const {
        const MatrixXd inverse = positive_factor(covariance(logs)).inverse();
        const VectorXd alpha = product(inverse, y_);
        std::vector<MatrixXd> turned;  // K⁻¹ of each part
        Slope found{VectorXd(count_ + 1), MatrixXd(count_ + 1, count_ + 1)};
        for (Eigen::Index i = 0; i <= count_; ++i) {
            const MatrixXd part = this->part(logs, i);
            turned.push_back(product(inverse, part));
            found.gradient[i] =
                0.5 * (turned.back().trace() - alpha.dot(VectorXd(product(part, alpha))));
        }
        for (Eigen::Index i = 0; i <= count_; ++i) {
            for (Eigen::Index j = 0; j <= count_; ++j) {
                found.information(i, j) =
                    0.5 * turned[static_cast<std::size_t>(i)]
                              .cwiseProduct(turned[static_cast<std::size_t>(j)].transpose())
                              .sum();
            }
        }
        found.gradient += (logs - centre_) / square(prior_.deviation);
        found.information.diagonal().array() += 1 / square(prior_.deviation);
        return found;
    }

  private:
    static double square(double x) { return x * x; }

    [[nodiscard]] MatrixXd part(const VectorXd& logs, Eigen::Index i) const {
        if (i == count_)
            return std::exp(logs[i]) * MatrixXd::Identity(y_.size(), y_.size());
        return std::exp(logs[i]) * kernels_[static_cast<std::size_t>(i)];
    }

    [[nodiscard]] MatrixXd covariance(const VectorXd& logs) const {
        MatrixXd sum = MatrixXd::Constant(y_.size(), y_.size(), prior_.level);
        for (Eigen::Index i = 0; i <= count_; ++i)
            sum += part(logs, i);
        return sum;
    }

    const std::vector<MatrixXd>& kernels_;
    const VectorXd& y_;
    const EvidencePrior& prior_;
    Eigen::Index count_;
    VectorXd centre_, least_, most_;
};

}  // namespace

Evidence maximal_evidence(const std::vector<MatrixXd>& kernels, const VectorXd& y,
                          const EvidencePrior& prior) {
    const Posterior posterior(kernels, y, prior);
    VectorXd logs = posterior.bounded(posterior.centre());
    double value = posterior.value(logs);
    for (int step = 0; step < most_steps; ++step) {
        const auto [gradient, information] = posterior.slope(logs);
        const VectorXd direction = positive_factor(information).solve(gradient);
        double length = 1;
        VectorXd next = logs;
        double lower = value;
        for (int halving = 0; halving < most_halvings && lower >= value; ++halving, length /= 2) {
            next = posterior.bounded(logs - length * direction);
            lower = posterior.value(next);
        }
        if (!(lower < value))
            break;
        const bool still = value - lower < 1e-9 * (1 + std::abs(value));
        logs = next;
        value = lower;
        if (still)
            break;
    }
    Evidence found{{}, std::exp(logs[logs.size() - 1]), -value};
    for (Eigen::Index i = 0; i + 1 < logs.size(); ++i)
        found.variances.push_back(std::exp(logs[i]));
    return found;
}

}  // namespace latpred

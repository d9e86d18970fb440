// A Gaussian process over the shapes of kernels, seen through sums over networks.
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "base/monitor.hpp"
#include "kernels/network_rows.hpp"

namespace latpred {

/// Standard deviations relative to the time to first order, and how far shapes resemble.
struct ProcessSettings {
    double kind = 0.1;      ///< of all kernels of a kind together
    double wide = 0.2;      ///< of kernels, resembling over `length`
    double narrow = 0.1;    ///< of kernels, resembling over a quarter of it
    double length = 2;      ///< in units of the features' scales
    double network = 0.02;  ///< of a network, by what lies between its kernels
    double family = 0.02;   ///< of all networks of a family

    [[nodiscard]] double variance() const { return kind * kind + wide * wide + narrow * narrow; }
};

inline constexpr std::array<double, 6> process_lengths{0.25, 0.5, 1, 2, 4, 8};

/// Numbers of the atoms of each kind, and their scaled shapes (features x atoms).
class AtomShapes {
  public:
    explicit AtomShapes(const std::vector<KernelAtom>& atoms);

    [[nodiscard]] const std::vector<int>& members(std::size_t kind) const { return members_[kind]; }
    [[nodiscard]] const Eigen::MatrixXd& shapes(std::size_t kind) const { return shapes_[kind]; }

  private:
    std::array<std::vector<int>, fused_kernel_kinds> members_;
    std::array<Eigen::MatrixXd, fused_kernel_kinds> shapes_;
};

/// Squared distances of scaled shapes, A x B.
Eigen::MatrixXd squared_distances(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b,
                                  Monitor& monitor = Monitor::none());

/// Covariances of kernels of one kind at those squared distances: the constant of the kind, and
/// rational quadratics of exponent 1 (Rasmussen and Williams, equation 4.19).
Eigen::MatrixXd kernel_covariance(const Eigen::MatrixXd& squared, const ProcessSettings& settings);

/// Sums over kernels: for each row atoms and their weights.
using SumRows = std::vector<std::vector<AtomCount>>;

/// N x N covariances of sums, of the kinds alone and of shapes at each of `lengths`, with
/// deviations of 1.
struct SumComponents {
    Eigen::MatrixXd kind;
    std::vector<Eigen::MatrixXd> shape;
};
SumComponents sum_components(const AtomShapes& shapes, const SumRows& rows,
                             std::span<const double> lengths, Monitor& monitor);

/// N x Q covariances of sums with kernels: `others` holds the shapes of Q of them.
Eigen::MatrixXd cross_covariance(const AtomShapes& shapes, const SumRows& rows,
                                 const AtomShapes& others, std::size_t count,
                                 const ProcessSettings& settings, Monitor& monitor);

}  // namespace latpred

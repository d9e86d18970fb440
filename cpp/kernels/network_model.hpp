// The latency of any network as a sum over its kernels, learnt from whole networks and short
// chains.
//
// latency = overhead + sum over kernels of m (1 + r) + what lies between kernels + noise: m is the
// time to first order (kernels/physical_mean.hpp), r a Gaussian process over the shapes of kernels
// (kernels/sum_covariance.hpp). Sums of r are Gaussian too, so that no kernel is timed alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/dense.hpp"
#include "base/monitor.hpp"
#include "kernels/physical_mean.hpp"
#include "kernels/sum_covariance.hpp"

namespace latpred {

/// Predictions for the rows of a fit by fits without their families.
struct HeldOut {
    Eigen::VectorXd predicted_ms;
    Eigen::VectorXd deviation_ms;
    Eigen::VectorXd known_share;  ///< as of `NetworkTime`
};

struct NetworkModelState {
    MeasuredNetworks rows;
    Eigen::VectorXd weights;  ///< N, 1 or less: what a row is to be believed
    PhysicalMean mean;
    ProcessSettings settings;
    HeldOut held_out;
};

struct KernelTime {
    double ms = 0;
    double low_ms = 0;
    double high_ms = 0;
    double known = 0;  ///< 0 (as before any measurement) to 1 (certain)
};

struct NetworkTime {
    double latency_ms = 0;
    double low_ms = 0;
    double high_ms = 0;
    double overhead_ms = 0;           ///< latency = overhead + sum of kernels
    double known_share = 0;           ///< of the latency, in kernels like those measured
    bool outside = false;             ///< the rest is so much that the interval may not hold
    std::vector<KernelTime> kernels;  ///< in the order given
};

/// A network before intervals: of each distinct kernel, and of their sum.
struct SumOfKernels {
    Eigen::VectorXd ms;     ///< of one kernel
    Eigen::VectorXd left;   ///< share of the prior deviation that measurements left
    Eigen::VectorXd prior;  ///< deviation before, in units of the time to first order
    double latency_ms = 0;
    double deviation_ms = 0;  ///< of a measurement
    double known_share = 0;
};

/// A prediction holds where kernels that are known take this share of the time.
inline constexpr double least_known_share = 0.75;

class NetworkModel {
  public:
    /// Without predictions for rows held out it has no intervals, which then reach 3 deviations.
    explicit NetworkModel(NetworkModelState state, Monitor& monitor = Monitor::none());

    [[nodiscard]] const NetworkModelState& state() const { return state_; }

    /// ConfigError for a confidence that is not between 0 and 1, DataError without kernels.
    [[nodiscard]] NetworkTime predict(const std::vector<FusedKernel>& kernels,
                                      double confidence = 0.9,
                                      Monitor& monitor = Monitor::none()) const;

    /// The same of a row of distinct kernels.
    [[nodiscard]] SumOfKernels sum_of(const std::vector<KernelAtom>& atoms,
                                      const std::vector<AtomCount>& row, Monitor& monitor) const;

    /// Covariance of the latencies of networks as sums of kernels, P x P, given what was measured,
    /// in units of their predictions. What lies between kernels, and noise, is not in it.
    [[nodiscard]] Eigen::MatrixXd
    relative_covariance(std::span<const std::vector<FusedKernel>> networks,
                        Monitor& monitor = Monitor::none()) const;

    /// Variance of a measurement about the sum over its kernels, in units of the latency.
    [[nodiscard]] double noise() const;

    /// How many deviations an interval reaches.
    [[nodiscard]] double reach(double confidence) const;

    /// The bytes of a file, and what they hold. Errors as of `predictor_from_bytes`.
    [[nodiscard]] std::string bytes() const;
    static NetworkModel from_bytes(std::string_view bytes, const std::string& where);

  private:
    void judge_intervals();

    NetworkModelState state_;
    SumRows sums_;  ///< weights of atoms in rows, in units of the latency
    std::array<bool, fused_kernel_kinds> measured_{};  ///< whether a row has kernels of it
    AtomShapes shapes_;
    Cholesky factor_;
    Eigen::VectorXd alpha_;
    std::vector<std::pair<double, double>> scores_;  ///< ascending, with the share up to each
};

/// Weights of atoms in rows, in units of the latency; and that of the overhead.
SumRows relative_sums(const MeasuredNetworks& rows, const PhysicalMean& mean);
/// What the mean leaves of each row, in units of its latency.
Eigen::VectorXd relative_rest(const MeasuredNetworks& rows, const SumRows& sums,
                              const PhysicalMean& mean);
/// Noise variances of rows in units of their latencies.
Eigen::VectorXd row_noise(const MeasuredNetworks& rows, const Eigen::VectorXd& weights,
                          const ProcessSettings& settings);
/// Covariance of rows, noise included. `components` at the settings' length and a quarter of it.
Eigen::MatrixXd row_covariance(const MeasuredNetworks& rows, const SumComponents& components,
                               const Eigen::VectorXd& weights, const ProcessSettings& settings);
/// Both lengths of a process.
std::array<double, 2> lengths_of(const ProcessSettings& settings);

/// `seed`: for the draw of the rows on which settings are chosen, where there are many. Throws as
/// `measured_networks`, and what the monitor throws.
NetworkModel fit_network_model(std::span<const NetworkRow> given, std::uint64_t seed,
                               Monitor& monitor);

/// What fused work costs beside work of its own.
struct FusionEvidence {
    KernelKind kind = KernelKind::other;
    PointwiseSort sort = PointwiseSort::clip;
    int networks = 0;     ///< in which it was measured
    double fused_ns = 0;  ///< for each KB that it writes, at the sizes measured
    double alone_ns = 0;
    double saved = 0;  ///< share: 1 where fused work costs nothing
};
std::vector<FusionEvidence> fusion_evidence(const NetworkModel& model);

/// Which of a pool to measure next: greedily those after which the relative variances of all of the
/// pool fall most. Numbers in the pool, the best first.
std::vector<std::size_t> choose_next(const NetworkModel& model,
                                     std::span<const std::vector<FusedKernel>> pool,
                                     std::size_t count, std::uint64_t seed,
                                     Monitor& monitor = Monitor::none());

}  // namespace latpred

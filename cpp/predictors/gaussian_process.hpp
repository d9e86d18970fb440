// The predictor for few rows: a Gaussian process over block tables, costs and a source model.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/dense.hpp"
#include "predictors/block_table.hpp"
#include "predictors/gp_kernel.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// Most rows that a process may rest on, in options and in files: their covariance and its factor
/// take 16 bytes times their square, 400 MB.
inline constexpr std::size_t most_process_rows = 5000;
/// Most rows from which variances are learnt: each of some 15 layers takes 8 bytes times their
/// square.
inline constexpr std::size_t most_evidence_rows = 1500;

struct GaussianProcessOptions {
    double huber = 1.0;       ///< rows further out than this many deviations count less; 0: all
    int evidence_rows = 512;  ///< rows from which the variances are learnt
    int most_rows = 2000;     ///< rows that the process rests on
};

/// What a fitted process is made of; values are relative to `mean`.
struct GaussianProcessState {
    Architectures rows;
    Eigen::VectorXd values;     ///< N
    Eigen::VectorXd weights;    ///< N, 1 or less
    Eigen::VectorXd variances;  ///< of the kernel's layers
    double noise = 0;           ///< variance of a row of value 1
    double mean = 1;
    double spread = 1;  ///< of the leave-one-out residuals, in deviations by the process
    std::shared_ptr<const Predictor> source;
};

/// Predicts the mean of the process. The noise variance of a row grows with its value.
class GaussianProcess final : public Predictor {
  public:
    GaussianProcess(const SpacePtr& space, ModelInfo info, GaussianProcessState state,
                    Monitor& monitor = Monitor::none());

    [[nodiscard]] const GaussianProcessState& state() const { return state_; }
    void set_spread(double spread) { state_.spread = spread; }
    [[nodiscard]] std::vector<std::string> layers() const { return kernel_.names(); }

    /// N standard deviations of a measurement of each architecture: of the process and the noise,
    /// times `spread`, as weights below 1 make the noise that of the better rows.
    void deviations(const Architectures& archs, std::span<double> values,
                    Monitor& monitor = Monitor::none()) const;

    /// The deviations: intervals are wider where rows are few.
    void spreads(const Architectures& archs, std::span<const double> predicted,
                 std::span<double> spreads) const override;

    /// A x B prior covariances of values relative to `state().mean`.
    [[nodiscard]] Eigen::MatrixXd covariance(const Architectures& a, const Architectures& b) const {
        return kernel_.covariance(kernel_.rows_of(a), kernel_.rows_of(b));
    }

    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    friend std::shared_ptr<GaussianProcess> fit_gaussian_process(const Architectures&,
                                                                 std::span<const double>,
                                                                 std::shared_ptr<const Predictor>,
                                                                 const GaussianProcessOptions&,
                                                                 ModelInfo, Monitor&);
    friend double leave_one_out_spread(const GaussianProcess& process, Monitor& monitor);
    /// With what a fit has at hand: the covariance of the rows is without noise.
    GaussianProcess(const SpacePtr& space, ModelInfo info, GaussianProcessState state,
                    GpKernel kernel, KernelRows rows, Eigen::MatrixXd covariance, Monitor& monitor);
    void factorise(Eigen::MatrixXd covariance, Monitor& monitor);
    [[nodiscard]] Eigen::VectorXd noise_of_rows() const;
    void deviations_at(const Architectures& archs, std::span<const double> means,
                       std::span<double> values, Monitor& monitor) const;

    GaussianProcessState state_;
    GpKernel kernel_;
    KernelRows rows_;
    Cholesky factor_;
    Eigen::VectorXd alpha_;
    std::optional<BlockTable> table_;  ///< the part linear in the feature counts
};

/// How far 90 % of the leave-one-out residuals reach, relative to a normal distribution with the
/// deviations that the process gives them.
double leave_one_out_spread(const GaussianProcess& process, Monitor& monitor = Monitor::none());

/// Variances by maximal marginal likelihood of up to `evidence_rows` rows; row weights from the
/// leave-one-out residuals (Huber). Rows are put into canonical order, and those kept are chosen by
/// their hash (predictors/training_rows.hpp). Throws as `fit_additive`; SchemaError where `source`
/// is of another family; what the monitor throws, within 50 ms.
std::shared_ptr<GaussianProcess>
fit_gaussian_process(const Architectures& archs, std::span<const double> values,
                     std::shared_ptr<const Predictor> source, const GaussianProcessOptions& options,
                     ModelInfo info, Monitor& monitor = Monitor::none());

std::shared_ptr<Predictor> load_gaussian_process(const SpacePtr& space, const ModelInfo& info,
                                                 const TensorFile& file);

}  // namespace latpred

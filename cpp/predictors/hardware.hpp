// Models of several devices at once, told apart by hardware parameters.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "predictors/model_file.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// D devices with H positive parameters each (cores, memory, bandwidth, …).
struct HardwareTable {
    std::vector<std::string> parameters;      ///< H names
    std::vector<std::string> devices;         ///< D names
    std::vector<std::vector<double>> values;  ///< D x H

    static constexpr std::size_t most_devices = 1024;
    static constexpr std::size_t most_parameters = 64;

    /// ConfigError for fewer than 2 devices, more devices or parameters than above, a name twice,
    /// other lengths, or a value that is not positive and finite.
    void check() const;
};

/// Parameters as a model sees them: logarithms, of mean 0 and deviation 1 over the devices; a
/// parameter that all devices share is 0.
class HardwareScaling {
  public:
    explicit HardwareScaling(const HardwareTable& table);

    [[nodiscard]] Eigen::VectorXd of(std::span<const double> values) const;
    [[nodiscard]] const Eigen::MatrixXd& known() const { return known_; }  ///< D x H

  private:
    Eigen::MatrixXd logarithms_;
    Eigen::RowVectorXd means_, factors_;
    Eigen::MatrixXd known_;
};

/// Mean latencies as a function of the scaled parameters: ridge regression of their logarithms, its
/// strength by leaving one device out.
class HardwareScale {
  public:
    HardwareScale(const HardwareScaling& scaling, const Eigen::VectorXd& means);

    [[nodiscard]] double of(const Eigen::VectorXd& scaled) const;
    [[nodiscard]] double ridge() const { return ridge_; }

  private:
    double constant_ = 0;
    Eigen::VectorXd slopes_;
    double ridge_ = 0;
};

/// Rows of all devices in one space.
struct HardwareRows {
    Architectures archs;
    std::vector<double> latency;      ///< ms
    std::vector<std::size_t> device;  ///< of each row
};

/// The rows of each device in canonical order (training_rows.hpp), device after device. Throws as
/// `canonical_rows`.
HardwareRows canonical(const HardwareRows& rows);

/// DataError where a device has no row or a latency is not positive; ConfigError by the table.
/// Returns the D mean latencies.
Eigen::VectorXd check_rows(const HardwareTable& table, const HardwareRows& rows);

/// What all forms share: it predicts for a device only, by `for_device` or `for_parameters`.
class HardwareModel : public Predictor {
  public:
    HardwareModel(const SpacePtr& space, ModelInfo info, HardwareTable table,
                  Eigen::VectorXd means);

    [[nodiscard]] const HardwareTable& table() const { return table_; }
    [[nodiscard]] const Eigen::VectorXd& means() const { return means_; }

    /// The model of a device it was fitted on; ConfigError for an unknown one.
    [[nodiscard]] PredictorPtr for_device(const std::string& name) const;
    /// The model of another device. DataError where fewer than 3 devices were fitted: two differ by
    /// one binary variable, whatever the number of parameters (`from_two` shows what comes out
    /// nevertheless); ConfigError for wrong parameters.
    [[nodiscard]] PredictorPtr for_parameters(std::span<const double> values,
                                              const std::string& name, bool from_two = false) const;

    void store(TensorFile& file) const override;

  protected:
    /// ConfigError: no device is named.
    void predict(const Architectures& archs, std::span<double> values) const override;
    [[nodiscard]] virtual PredictorPtr known(std::size_t device, ModelInfo info) const = 0;
    [[nodiscard]] virtual PredictorPtr unknown(const Eigen::VectorXd& scaled, double mean,
                                               ModelInfo info) const = 0;
    [[nodiscard]] const HardwareScaling& scaling() const { return scaling_; }

  private:
    HardwareTable table_;
    Eigen::VectorXd means_;
    HardwareScaling scaling_;
};

/// What `HardwareModel::store` wrote. CorruptionError.
HardwareTable hardware_table_of(const TensorFile& file);
Eigen::VectorXd hardware_means_of(const TensorFile& file);

}  // namespace latpred

#include "predictors/hardware_additive.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "predictors/layout_terms.hpp"
#include "predictors/table_predictor.hpp"

namespace latpred {

Eigen::MatrixXd device_correlations(const Eigen::MatrixXd& scaled) {
    const double parameters = std::max<double>(static_cast<double>(scaled.cols()), 1);
    Eigen::MatrixXd all = 0.5 / parameters * scaled * scaled.transpose();
    all.diagonal().array() += 0.5;
    return all;
}

HardwareAdditive::HardwareAdditive(const SpacePtr& space, ModelInfo info, HardwareTable table,
                                   Eigen::VectorXd means, HardwareWeights weights)
    : HardwareModel(space, std::move(info), std::move(table), std::move(means)),
      weights_(std::move(weights)) {}

PredictorPtr HardwareAdditive::table_of(const Eigen::VectorXd& weights, ModelInfo info) const {
    info.kind = "additive";
    return std::make_shared<TablePredictor>(
        space(), std::move(info),
        layout_terms(BlockLayout(*space()),
                     std::span(weights.data(), static_cast<std::size_t>(weights.size()))));
}

PredictorPtr HardwareAdditive::known(std::size_t device, ModelInfo info) const {
    const auto d = static_cast<Eigen::Index>(device);
    return table_of(means()[d] * (weights_.shared + weights_.deviations.col(d)), std::move(info));
}

PredictorPtr HardwareAdditive::unknown(const Eigen::VectorXd& scaled, double mean,
                                       ModelInfo info) const {
    const Eigen::MatrixXd& z = scaling().known();
    const Eigen::VectorXd near =
        0.5 / std::max<double>(static_cast<double>(z.cols()), 1) * z * scaled;
    const Eigen::VectorXd shares = device_correlations(z).ldlt().solve(near);
    return table_of(mean * (weights_.shared + weights_.deviations * shares), std::move(info));
}

void HardwareAdditive::store(TensorFile& file) const {
    HardwareModel::store(file);
    const auto put = [&](const char* name, const double* data, Eigen::Index size) {
        file.put(name, std::span(data, static_cast<std::size_t>(size)));
    };
    put("shared", weights_.shared.data(), weights_.shared.size());
    put("deviations", weights_.deviations.data(), weights_.deviations.size());
}

PredictorPtr load_hardware_additive(const SpacePtr& space, const ModelInfo& info,
                                    const TensorFile& file) {
    HardwareTable table = hardware_table_of(file);
    Eigen::VectorXd means = hardware_means_of(file);
    const std::vector<double> shared = file.doubles("shared");
    const std::vector<double> own = file.doubles("deviations");
    const auto finite = [](double value) { return std::isfinite(value); };
    const std::size_t features = static_cast<std::size_t>(BlockLayout(*space).features());
    const std::size_t devices = table.devices.size();
    if (shared.size() != features || own.size() != features * devices ||
        static_cast<std::size_t>(means.size()) != devices || !std::ranges::all_of(shared, finite) ||
        !std::ranges::all_of(own, finite))
        throw CorruptionError("damaged file: weights of each device expected");
    const auto rows = static_cast<Eigen::Index>(features);
    HardwareWeights weights{
        Eigen::Map<const Eigen::VectorXd>(shared.data(), rows),
        Eigen::Map<const Eigen::MatrixXd>(own.data(), rows, static_cast<Eigen::Index>(devices))};
    return std::make_shared<HardwareAdditive>(space, info, std::move(table), std::move(means),
                                              std::move(weights));
}

}  // namespace latpred

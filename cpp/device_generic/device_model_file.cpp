// The device-generic model in a model file.
#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/tensor_vectors.hpp"
#include "device_generic/device_model.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Hashes in two halves of 32 bits, ascending, and the logarithm of each.
void store_corrections(TensorFile& file, const CommonFactors& common) {
    std::vector<std::pair<std::uint64_t, double>> sorted(common.corrections.begin(),
                                                         common.corrections.end());
    std::ranges::sort(sorted);
    std::vector<std::int32_t> hashes;
    std::vector<double> values;
    for (const auto& [hash, value] : sorted) {
        hashes.push_back(std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(hash)));
        hashes.push_back(std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(hash >> 32)));
        values.push_back(value);
    }
    file.put("generic.hashes", hashes);
    file.put("generic.corrections", values);
}

void load_corrections(const TensorFile& file, CommonFactors& common) {
    const std::vector<std::int32_t> hashes = file.integers("generic.hashes");
    const std::vector<double> values = file.doubles("generic.corrections");
    if (hashes.size() != 2 * values.size())
        throw CorruptionError("damaged file: generic.hashes: two for each correction expected");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]))
            throw CorruptionError("damaged file: generic.corrections: finite numbers expected");
        const auto low = std::bit_cast<std::uint32_t>(hashes[2 * i]);
        const auto high = std::bit_cast<std::uint32_t>(hashes[2 * i + 1]);
        common.corrections[(static_cast<std::uint64_t>(high) << 32) | low] = values[i];
    }
}

}  // namespace

void DeviceModel::store(TensorFile& file) const {
    put_model(file, "factors", *state_.common.model);
    if (state_.companion)
        put_model(file, "companion", *state_.companion);
    store_corrections(file, state_.common);
    file.put("generic.means", numbers_of(state_.basis.scaling().means));
    file.put("generic.scales", numbers_of(state_.basis.scaling().scales));
    file.put("generic.weights", numbers_of(state_.weights));
    file.put("generic.weight_variances", numbers_of(state_.weight_variances));
    file.put("generic.features", numbers_of(state_.features));
    file.put("generic.noises", numbers_of(state_.noises));
    file.put("generic.numbers", std::vector<double>{state_.common.share, state_.common.deviation,
                                                    state_.centre, state_.level, state_.noise,
                                                    state_.level_variance, state_.noise_factor});
}

std::shared_ptr<Predictor> load_device_model(const SpacePtr& space, const ModelInfo& info,
                                             const TensorFile& file) {
    const VectorXd plain = vector_of(file, "generic.numbers");
    if (plain.size() != 7)
        throw CorruptionError("damaged file: generic.numbers: seven numbers expected");
    CommonFactors common{find_model(file, "factors"), {}, plain[0], plain[1]};
    if (!common.model || common.model->info().kind == "device-generic" ||
        !same_genes(*space, *common.model->space()))
        throw CorruptionError("damaged file: architecture factors of the same space expected");
    load_corrections(file, common);
    WideBasis basis(space, vector_of(file, "generic.means"), vector_of(file, "generic.scales"));
    const VectorXd noises = vector_of(file, "generic.noises");
    const VectorXd features = vector_of(file, "generic.features");
    const Index width = basis.columns() + 1;
    if (features.size() != noises.size() * width)
        throw CorruptionError("damaged file: generic.features: a row for each sample expected");
    DeviceModel::State state{std::move(common),
                             std::move(basis),
                             plain[2],
                             vector_of(file, "generic.weights"),
                             plain[3],
                             plain[4],
                             plain[5],
                             plain[6],
                             vector_of(file, "generic.weight_variances"),
                             Eigen::Map<const MatrixXd>(features.data(), noises.size(), width),
                             noises};
    state.companion = find_model(file, "companion");
    if (state.companion && (state.companion->info().kind == "device-generic" ||
                            !same_genes(*space, *state.companion->space())))
        throw CorruptionError("damaged file: a companion of the same space expected");
    return std::make_shared<DeviceModel>(info, std::move(state));
}

}  // namespace latpred

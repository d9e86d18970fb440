#include "neural/frozen_features.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "neural/layer_tensors.hpp"

namespace latpred {
namespace {

constexpr std::size_t chunk_of_rows = 4096;  // features of a chunk: some megabytes
constexpr std::size_t most_layers = 64;      // of a body that a file asks for

std::uint64_t number_of(const TensorFile& file, const char* key) {
    const auto number = parse_number<std::uint64_t>(file.text(key));
    if (!number) {
        throw CorruptionError(
            message("damaged file: ", key, " ", excerpt(file.text(key)), ", a number expected"));
    }
    return *number;
}

std::vector<std::size_t> widths_of(const TensorFile& file) {
    std::vector<std::size_t> widths;
    for (const std::int32_t width : file.integers("body"))
        widths.push_back(static_cast<std::size_t>(std::max(width, 0)));
    if (widths.size() > most_layers)
        throw CorruptionError(message("damaged file: a body of ", widths.size(), " layers"));
    return widths;
}

}  // namespace

FrozenFeatures::FrozenFeatures(const SpacePtr& space, ModelInfo info, GeneScaling scaling,
                               std::shared_ptr<const FrozenBody> body, std::vector<DenseLayer> head,
                               double divisor)
    : Predictor(space, std::move(info)), scaling_(std::move(scaling)), body_(std::move(body)),
      head_(std::move(head)), divisor_(divisor) {
    check_layers(head_);
    if (head_.front().inputs != body_->features() ||
        scaling_.means().size() != space->gene_count() ||
        !(divisor_ > 0 && std::isfinite(divisor_))) {
        throw ConfigError(message("frozen features: a head of ", head_.front().inputs, " inputs, ",
                                  scaling_.means().size(), " means and a divisor of ", divisor_,
                                  "; ", body_->features(), ", ", space->gene_count(),
                                  " and a finite number above 0 expected"));
    }
    for (const DenseLayer& layer : head_)
        packed_.add(layer);
}

void FrozenFeatures::predict(const Architectures& archs, std::span<double> values) const {
    for (std::size_t begin = 0; begin < archs.size(); begin += chunk_of_rows) {
        const std::size_t count = std::min(chunk_of_rows, archs.size() - begin);
        Architectures rows(archs.space_ptr(), count);
        std::ranges::copy(archs.genes().subspan(begin * archs.columns(), count * archs.columns()),
                          rows.mutable_row(0).begin());
        const std::vector<float> features = body_->forward(scaling_.apply(rows));
        const std::vector<float> outputs = packed_.forward(features, false);
        for (std::size_t i = 0; i < count; ++i)
            values[begin + i] = divisor_ * outputs[i];
    }
}

void FrozenFeatures::store(TensorFile& file) const {
    file.put("means", scaling_.means());
    file.put("factors", scaling_.factors());
    const double divisor[] = {divisor_};
    file.put("divisor", divisor);
    const std::vector<std::int32_t> widths(body_->widths().begin(), body_->widths().end());
    file.put("body", widths);
    file.metadata["body_seed"] = std::to_string(body_->seed());
    file.metadata["body_checksum"] = std::to_string(body_->checksum());
    store_layers(file, head_);
}

std::shared_ptr<Predictor> load_frozen_features(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file) {
    const std::vector<double> divisor = file.doubles("divisor");
    if (divisor.size() != 1)
        throw CorruptionError("damaged file: one divisor expected");
    GeneScaling scaling(file.doubles("means"), file.doubles("factors"));
    const auto body = std::make_shared<const FrozenBody>(space->gene_count(), widths_of(file),
                                                         number_of(file, "body_seed"));
    if (body->checksum() != number_of(file, "body_checksum")) {
        throw ModelVersionError(
            "frozen features: this version draws other weights from the seed of the file than the "
            "version that fitted the model");
    }
    return std::make_shared<FrozenFeatures>(space, info, std::move(scaling), body,
                                            load_layers(file), divisor.front());
}

}  // namespace latpred

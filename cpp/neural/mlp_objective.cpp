#include "neural/mlp_objective.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "neural/layer_tensors.hpp"

namespace latpred {
namespace {

constexpr const char* encoding_key = "encoding";
constexpr std::size_t rows_of_chunk = 4096;  // features of a chunk: some megabytes

}  // namespace

MlpObjective::MlpObjective(const SpacePtr& space, ModelInfo info, std::vector<DenseLayer> layers,
                           double scale, const std::string& encoding)
    : Predictor(space, std::move(info)), encoding_(encoding, space), network_(std::move(layers)),
      scale_(scale) {
    if (!std::isfinite(scale))
        throw ConfigError(message("mlp: scale ", scale, ", a finite number expected"));
    if (network_.inputs() != encoding_.features()) {
        throw ConfigError(message("mlp: a network of ", network_.inputs(), " inputs, ",
                                  encoding_.features(), " ", encoding, " features of ",
                                  space->description(), " expected"));
    }
}

void MlpObjective::predict(const Architectures& archs, std::span<double> values) const {
    const bool same = archs.space().same_family(*space());
    if (same && archs.size() <= rows_of_chunk) {
        predict_rows(archs, values);
        return;
    }
    for (std::size_t begin = 0; begin < archs.size(); begin += rows_of_chunk) {
        Monitor::current().poll();
        const std::size_t count = std::min(rows_of_chunk, archs.size() - begin);
        // Of another width the same genes.
        Architectures rows(same ? archs.space_ptr() : space(), count);
        std::ranges::copy(archs.genes().subspan(begin * archs.columns(), count * archs.columns()),
                          rows.mutable_row(0).begin());
        predict_rows(rows, values.subspan(begin, count));
    }
}

void MlpObjective::predict_rows(const Architectures& archs, std::span<double> values) const {
    network_.forward(encoding_.encode(archs), values);
    for (double& value : values)
        value *= scale_;
}

void MlpObjective::store(TensorFile& file) const {
    const double scale[] = {scale_};
    file.put("scale", scale);
    file.metadata[encoding_key] = encoding_.names();
    store_layers(file, network_.layers());
}

std::shared_ptr<Predictor> load_mlp_objective(const SpacePtr& space, const ModelInfo& info,
                                              const TensorFile& file) {
    const std::vector<double> scale = file.doubles("scale");
    if (scale.size() != 1)
        throw CorruptionError("damaged file: one scale expected");
    // Files of the first models have no such entry.
    const auto named = file.metadata.find(encoding_key);
    const std::string encoding = named == file.metadata.end() ? "one-hot" : named->second;
    return std::make_shared<MlpObjective>(space, info, load_layers(file), scale.front(), encoding);
}

}  // namespace latpred

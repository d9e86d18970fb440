#include "device_generic/factor_latency.hpp"

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/nested_model.hpp"

namespace latpred {
namespace {

constexpr const char* kind = "factor-latency";

ModelInfo info_on(const Predictor& factors, const std::string& device) {
    ModelInfo info = factors.info();
    info.kind = kind;
    info.device = device;
    return info;
}

}  // namespace

FactorLatency::FactorLatency(PredictorPtr factors, const DeviceNumbers& device,
                             const std::string& name, double overhead_ms)
    : Predictor(factors->space(), info_on(*factors, name)), factors_(std::move(factors)),
      device_(device), overhead_ms_(overhead_ms) {
    check(device_, name);
    if (!(overhead_ms_ >= 0) || !std::isfinite(overhead_ms_)) {
        throw ConfigError(message("device '", excerpt(name), "': overhead_ms ", overhead_ms_,
                                  ", a finite number from 0 up expected"));
    }
}

void FactorLatency::predict(const Architectures& archs, std::span<double> values) const {
    factors_->evaluate(archs, values);
    const double scale = ms_per_factor(device_);
    for (double& value : values)
        value = overhead_ms_ + scale * value;
}

void FactorLatency::store(TensorFile& file) const {
    put_model(file, "factors", *factors_);
    const double numbers[] = {device_.frequency_ghz, device_.dispatch_width, device_.cache_mb,
                              device_.memory_gbs, overhead_ms_};
    file.put("device", numbers);
}

std::shared_ptr<Predictor> load_factor_latency(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file) {
    PredictorPtr factors = find_model(file, "factors");
    const std::vector<double> numbers = file.doubles("device");
    if (factors == nullptr || numbers.size() != 5 || !factors->space()->same_family(*space))
        throw CorruptionError("damaged file: factors of the space and five numbers expected");
    auto model = std::make_shared<FactorLatency>(
        std::move(factors), DeviceNumbers{numbers[0], numbers[1], numbers[2], numbers[3]},
        info.device, numbers[4]);
    model->info() = info;
    return model;
}

}  // namespace latpred

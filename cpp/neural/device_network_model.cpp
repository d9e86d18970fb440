#include "neural/device_network_model.hpp"

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double least_slope = 1e-3;  // of the wanted values' spread to that of the scores

/// Whether layers read inputs of these widths, and the device.
bool reads(const LayerStack& stack, const DeviceInput& input) {
    const std::map<std::string, int> known = input.widths();
    for (const auto& [name, width] : stack.inputs()) {
        const auto found = known.find(name);
        if (name == "device" ? width != 1 : found == known.end() || found->second != width)
            return false;
    }
    return stack.outputs() == 1;
}

}  // namespace

ScoreLine fit_score_line(std::span<const float> scores, std::span<const float> wanted) {
    const auto n = static_cast<double>(scores.size());
    double x = 0;
    double y = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        x += static_cast<double>(scores[i]) / n;
        y += static_cast<double>(wanted[i]) / n;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double dx = static_cast<double>(scores[i]) - x;
        const double dy = static_cast<double>(wanted[i]) - y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    if (!(xx > 0) || !(yy > 0))
        return {y - x, 1};
    const double slope = std::max(xy / xx, least_slope * std::sqrt(yy / xx));
    return {y - slope * x, slope};
}

DeviceNetworkModel::DeviceNetworkModel(const SpacePtr& space, ModelInfo info, DeviceInputPtr input,
                                       LayerStack stack, std::size_t device, ScoreLine line,
                                       DeviceScale scale)
    : Predictor(space, std::move(info)), input_(std::move(input)), stack_(std::move(stack)),
      device_(device), line_(line), scale_(std::move(scale)) {
    if (!reads(stack_, *input_) || !std::isfinite(line_.shift) || !std::isfinite(line_.slope) ||
        !(line_.slope > 0))
        throw ConfigError(message(this->info().kind,
                                  " predictor: layers from its inputs to one output, and a "
                                  "rising line expected"));
}

std::vector<float> DeviceNetworkModel::score(const Architectures& archs) const {
    return score_networks(stack_, *input_, archs, device_, 1);
}

void DeviceNetworkModel::predict(const Architectures& archs, std::span<double> values) const {
    const std::vector<float> scores = score(archs);
    for (std::size_t i = 0; i < scores.size(); ++i)
        values[i] = scale_.latency_ms(line_.shift + line_.slope * static_cast<double>(scores[i]));
}

void DeviceNetworkModel::store(TensorFile& file) const {
    file.put("line", std::vector<double>{line_.shift, line_.slope});
    file.put("device", std::vector<std::int32_t>{static_cast<std::int32_t>(device_)});
    scale_.store(file, "scale.");
    input_->store(file);
    stack_.store(file);
}

std::shared_ptr<Predictor> load_device_network(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file) {
    const std::vector<double> line = file.doubles("line");
    const std::vector<std::int32_t> device = file.integers("device");
    if (line.size() != 2 || device.size() != 1 || device[0] < 0)
        throw CorruptionError("damaged file: a line and the number of a device expected");
    DeviceScale scale = DeviceScale::load(file, "scale.");
    DeviceInputPtr input = load_device_input(space, file);
    LayerStack stack = LayerStack::load(file);
    try {
        return std::make_shared<DeviceNetworkModel>(space, info, std::move(input), std::move(stack),
                                                    static_cast<std::size_t>(device[0]),
                                                    ScoreLine{line[0], line[1]}, std::move(scale));
    } catch (const ConfigError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
}

}  // namespace latpred

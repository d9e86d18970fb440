#include "predictors/hardware_fitter.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/registry.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

class HardwareAdaptable final : public Adaptable {
  public:
    HardwareAdaptable(std::shared_ptr<const HardwareModel> model, bool from_two)
        : model_(std::move(model)), from_two_(from_two) {}

    [[nodiscard]] PredictorPtr zero_shot(std::span<const double> parameters) const override {
        return model_->for_parameters(parameters, "new device", from_two_);
    }

  private:
    std::shared_ptr<const HardwareModel> model_;
    bool from_two_;
};

}  // namespace

HardwareRows joined_rows(std::span<const DeviceRows> devices) {
    if (devices.empty())
        throw ConfigError("hardware: no table");
    const SpacePtr& space = devices.front().rows.archs.space_ptr();
    HardwareRows all{Architectures(space), {}, {}};
    for (std::size_t d = 0; d < devices.size(); ++d) {
        const auto& [archs, values, low, high] = devices[d].rows;
        if (values.size() != archs.size())
            throw DataError(message("hardware: table ", d, ": ", values.size(), " latencies for ",
                                    archs.size(), " architectures"));
        all.archs.append(as_rows_of(space, archs, "hardware: tables"));
        all.latency.insert(all.latency.end(), values.begin(), values.end());
        all.device.insert(all.device.end(), values.size(), d);
    }
    return all;
}

std::shared_ptr<HardwareModel> HardwareFitter::fit_model(std::span<const DeviceRows> devices,
                                                         const FitContext& context) const {
    const HardwareRows rows = joined_rows(devices);
    HardwareTable table{parameters_, {}, {}};
    for (const DeviceRows& device : devices) {
        table.devices.push_back(device.name);
        table.values.push_back(device.parameters);
    }
    table.check();
    return fit_rows(table, rows, context);
}

AdaptablePtr HardwareFitter::fit(std::span<const DeviceRows> devices,
                                 const FitContext& context) const {
    return std::make_shared<HardwareAdaptable>(fit_model(devices, context), from_two_);
}

std::string HardwareAdditiveFitter::settings() const {
    return FitterSettings(kind())
        .put("parameters", parameters())
        .put("from_two", from_two())
        .put("huber", options_.huber)
        .put("evidence_rows", static_cast<std::uint64_t>(options_.evidence_rows))
        .text();
}

std::shared_ptr<HardwareModel> HardwareAdditiveFitter::fit_rows(const HardwareTable& table,
                                                                const HardwareRows& rows,
                                                                const FitContext& context) const {
    return fit_hardware_additive(
        table, rows, options_, fitted_info(kind(), rows.archs, rows.latency, ""), context.watch());
}

void register_hardware_fitters() {
    register_device_fitter("hardware-additive", [](FitterSettings& settings) {
        std::vector<std::string> parameters = settings.words("parameters");
        const bool from_two = settings.flag("from_two", false);
        HardwareAdditiveOptions options;
        options.huber = settings.number("huber", options.huber);
        options.evidence_rows = settings.small_count("evidence_rows", options.evidence_rows);
        return std::make_shared<HardwareAdditiveFitter>(std::move(parameters), options, from_two);
    });
}

}  // namespace latpred

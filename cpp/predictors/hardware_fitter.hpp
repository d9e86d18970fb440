// Models of several devices as fitters over devices.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "predictors/fitter.hpp"
#include "predictors/hardware.hpp"
#include "predictors/hardware_additive.hpp"

namespace latpred {

/// Rows of all devices in the space of the first one, whose width others may differ from.
/// ConfigError for no device; DataError for another number of values; SchemaError for another
/// family.
HardwareRows joined_rows(std::span<const DeviceRows> devices);

/// What the forms share: device rows in, a model that serves devices by their parameters out.
class HardwareFitter : public DeviceFitter {
  public:
    /// `parameters`: names of what DeviceRows::parameters hold. `from_two`: whether a model of two
    /// devices gives one of a third, though two differ by one binary variable.
    HardwareFitter(std::vector<std::string> parameters, bool from_two)
        : parameters_(std::move(parameters)), from_two_(from_two) {}

    /// ConfigError for one device, or parameters that are not positive or of another number.
    [[nodiscard]] std::shared_ptr<HardwareModel> fit_model(std::span<const DeviceRows> devices,
                                                           const FitContext& context) const;
    /// Serves devices by parameters, without rows of them.
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  protected:
    [[nodiscard]] virtual std::shared_ptr<HardwareModel>
    fit_rows(const HardwareTable& table, const HardwareRows& rows,
             const FitContext& context) const = 0;
    [[nodiscard]] const std::vector<std::string>& parameters() const { return parameters_; }
    [[nodiscard]] bool from_two() const { return from_two_; }

  private:
    std::vector<std::string> parameters_;
    bool from_two_;
};

class HardwareAdditiveFitter final : public HardwareFitter {
  public:
    HardwareAdditiveFitter(std::vector<std::string> parameters, HardwareAdditiveOptions options,
                           bool from_two = false)
        : HardwareFitter(std::move(parameters), from_two), options_(options) {}

    [[nodiscard]] std::string kind() const override { return "hardware-additive"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] std::shared_ptr<HardwareModel> fit_rows(const HardwareTable& table,
                                                          const HardwareRows& rows,
                                                          const FitContext& context) const override;

  private:
    HardwareAdditiveOptions options_;
};

void register_hardware_fitters();

}  // namespace latpred

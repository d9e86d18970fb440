// The perceptron over hardware as a fitter over devices.
#pragma once

#include "neural/hardware_mlp.hpp"
#include "predictors/hardware_fitter.hpp"

namespace latpred {

class FitterSettings;

class HardwareMlpFitter final : public HardwareFitter {
  public:
    /// The seed is that of the fit, not of the options.
    HardwareMlpFitter(std::vector<std::string> parameters, HardwareMlpOptions options,
                      bool from_two = false)
        : HardwareFitter(std::move(parameters), from_two), options_(std::move(options)) {}

    [[nodiscard]] std::string kind() const override { return "hardware-mlp"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] std::shared_ptr<HardwareModel> fit_rows(const HardwareTable& table,
                                                          const HardwareRows& rows,
                                                          const FitContext& context) const override;

  private:
    HardwareMlpOptions options_;
};

DeviceFitterPtr make_hardware_mlp_fitter(FitterSettings& settings);

}  // namespace latpred

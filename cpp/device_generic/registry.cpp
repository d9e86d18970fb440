#include "device_generic/registry.hpp"

#include "device_generic/accuracy_curve.hpp"
#include "device_generic/device_model.hpp"
#include "device_generic/factor_latency.hpp"
#include "device_generic/factor_model.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/registry.hpp"

namespace latpred {

void register_device_generic() {
    register_predictor("accuracy-curve", &load_curve_accuracy);
    register_predictor("factor-latency", &load_factor_latency);
    register_predictor("architecture-factor", &load_factor_model);
    register_predictor("device-generic", &load_device_model);
    register_fitter("architecture-factor", [](FitterSettings& settings) {
        return std::make_shared<FactorFitter>(settings.word("method", "structure"));
    });
}

}  // namespace latpred

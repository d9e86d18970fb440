#include "device_generic/registry.hpp"

#include "device_generic/accuracy_curve.hpp"
#include "device_generic/factor_latency.hpp"
#include "predictors/registry.hpp"

namespace latpred {

void register_device_generic() {
    register_predictor("accuracy-curve", &load_curve_accuracy);
    register_predictor("factor-latency", &load_factor_latency);
}

}  // namespace latpred

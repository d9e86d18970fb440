#include "device_generic/registry.hpp"

#include "device_generic/factor_latency.hpp"
#include "predictors/registry.hpp"

namespace latpred {

void register_device_generic() {
    register_predictor("factor-latency", &load_factor_latency);
}

}  // namespace latpred

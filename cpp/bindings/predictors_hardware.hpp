// What bindings that take rows of several devices share.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "predictors/hardware_fitter.hpp"

namespace latpred::bindings {

/// (name, architectures, latencies in ms, parameters) of each device.
using DeviceTables =
    std::vector<std::tuple<std::string, Architectures, Array<double>, std::vector<double>>>;

/// Views of tables that the caller keeps.
std::vector<DeviceRows> device_rows(const DeviceTables& tables);

}  // namespace latpred::bindings

// NASFLAT's network: operations and a device, refined once, then layers over the graph.
#pragma once

#include <string>

#include "neural/device_network_fitter.hpp"

namespace latpred {

class FitterSettings;

/// First and last nodes of "cell" and "bag" are input and output, whose numbers are not read.
/// Y. Akhauri and M. Abdelfattah, "On latency predictors for neural architecture search" (2024).
struct NasflatSettings {
    std::string input = "auto";      ///< form of DeviceInput
    std::string graph = "ensemble";  ///< of "flow" and "attention", or one of them
    std::string mask = "edges";      ///< of attention; "multiply" as published
    bool self_loops = true;          ///< nodes attend to themselves
    bool flow_self_loops = false;    ///< and flow to themselves twice: FBNet as published
    bool operation_wise = true;      ///< the device beside each operation, else at the head
    bool costs = true;               ///< the graph's costs at the head, where the input has them
    bool drop_unused = false;        ///< nodes on no way are left out of the mean; devices run them
    bool unused_branch = false;      ///< layers for features even without any, as published
    std::size_t operations = 128;    ///< rows of the table of operations
    std::size_t devices = 128;       ///< rows of the table of devices, at least
    std::size_t width = 128;         ///< of layers over the graph
    double dropout = 0.1;            ///< at the head
    DeviceLoss loss{.errors = 1};
    DeviceNetworkUse use{.learning = {.epochs = 60}};
};

/// ConfigError for words that are not known or sizes out of range.
void check_nasflat(const NasflatSettings& settings);

/// The layers over this input, as JSON for LayerStack.
std::string nasflat_stack(const NasflatSettings& settings, const DeviceInput& input,
                          std::size_t devices);

DeviceNetworkPlan nasflat_plan(const NasflatSettings& settings, NetworkFeaturesPtr features);

/// From what `settings` of such a fitter wrote, and features beside.
DeviceFitterPtr make_nasflat_fitter(FitterSettings& settings, const NetworkFeaturesPtr& features);

NasflatSettings read_nasflat(FitterSettings& settings);

}  // namespace latpred

// The layers of published predictors as descriptions for LayerStack.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace latpred {

/// Inputs of a description by name, with their widths.
using InputWidths = std::map<std::string, int>;

/// MultiPredict's (Akhauri and Abdelfattah, arXiv:2306.02459): of "nodes" four convolutions of 200
/// with self loops, read at a global node, 200, 30; of "choices" and "features" a perceptron
/// 100, 100, 30. Joined with "features" (where no perceptron has read them), "costs" and 8 learned
/// numbers of the "device": 1000, 1, sigmoid. `devices` 0: no table.
std::string multipredict_layers(const InputWidths& inputs, std::size_t devices);

/// BRP-NAS's (Dudziak et al., NeurIPS 2020), of "nodes": convolutions with self loops, a layer norm
/// and ReLU each, dropout; read at the last node, which is the global one (`global_node`: added
/// here); joined with "costs" and "features"; a line.
std::string brp_nas_layers(const InputWidths& inputs, const std::vector<std::size_t>& hidden,
                           double dropout, bool global_node);

/// A perceptron of all inputs (and 8 numbers of the device) with batch norm and ReLU: NASFLAT's
/// ablations without a graph.
std::string batch_norm_layers(const InputWidths& inputs, const std::vector<std::size_t>& hidden,
                              std::size_t devices);

}  // namespace latpred

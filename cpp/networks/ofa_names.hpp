// Names of parameters in the state dicts of Once-for-all's supernets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latpred {

/// One spelling of a name for those of older and newer files: blocks' "mobile_inverted_conv" is
/// "conv", and a module that wraps one of its own name is left out ("conv.conv.weight").
std::string ofa_spelling(std::string_view name);

/// Whether a state dict's entry has such a name: its blocks are numbered through the network.
bool is_ofa_name(std::string_view name);

/// The name, so spelled, of a parameter or kernel matrix of the families ofa-mobilenetv3,
/// ofa-proxyless and ofa-resnet50, e.g. "blocks.1.conv.point_linear.conv.weight" for
/// "u0.l0.project.weight". Nothing for what the originals lack, and for other families.
std::optional<std::string> ofa_name(const std::string& family, std::string_view name);

}  // namespace latpred

// Texts of devices, as tables, stores and models hold them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace latpred {

/// What runs a network on LibTorch, the usual one first: latpred's own runner, the network as a
/// PyTorch module operator by operator, that module compiled by torch.compile, or the program that
/// torch.export makes of it.
inline constexpr std::array<std::string_view, 4> libtorch_programs = {"runner", "eager", "compiled",
                                                                      "exported"};

/// The text as this version writes it: until the program was named, it was the runner
/// ("libtorch-plain-t1-b1-fp32" is "libtorch-runner-plain-t1-b1-fp32"). Any other text, such as
/// "note10", stays as it is.
std::string current_device_text(std::string_view text);

/// Whether it is the canonical text of a device, of this version or an earlier one.
bool is_device_text(std::string_view text);

/// Whether both name a device, and not the same one. Old forms count as what they stand for.
bool different_devices(std::string_view first, std::string_view second);

}  // namespace latpred

// How much of its time a virtual machine does not get.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace latpred {

/// Ticks of all processors since the machine's start, as the first line of /proc/stat has them.
struct ProcessorTicks {
    std::int64_t all = 0;
    std::int64_t stolen = 0;  ///< in which another virtual machine ran
};

/// The first line of /proc/stat; nullopt for a text that has no such ticks.
std::optional<ProcessorTicks> processor_ticks(std::string_view stat);

/// Percent of the time between two looks that other virtual machines took; nullopt where no time
/// passed.
std::optional<double> steal_percent(const ProcessorTicks& before, const ProcessorTicks& after);

}  // namespace latpred

// What the state of a machine means for timing: the one place that holds the limits.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latpred {

/// What was found out of a machine; what it does not show is nullopt or empty.
struct MachineState {
    bool debug_build = false;
    std::optional<double> load;  ///< tasks over the last minute
    int cores = 1;               ///< that this process may use
    std::optional<double> pressure_percent;
    std::optional<std::string> governor;
    std::optional<bool> boost;
    std::optional<double> steal_percent;  ///< of now
    bool hypervisor = false;
    std::optional<double> cgroup_cpus;
    std::int64_t clock_resolution_ns = 1;
    std::optional<std::string> clocksource;
    std::map<std::string, std::string> settings{};  ///< environment variables that change speed
    std::optional<std::string> huge_pages;
    int nice = 0;
    std::optional<std::array<int, 3>> sqlite;  ///< version
    std::optional<double> free_gb;             ///< on disk, where stores would be written
};

enum class FindingLevel : std::uint8_t {
    ok,
    note,     ///< good to know
    warning,  ///< disturbs timing
    error,    ///< times would be wrong, or campaigns could not be stored
};
std::string_view to_string(FindingLevel level);

struct MachineFinding {
    std::string name;  ///< of what was looked at
    FindingLevel level = FindingLevel::ok;
    std::string text;      ///< what was found and what it does
    std::string advice{};  ///< what to do; empty where there is nothing
};

/// Check by check; those of SQLite and the disk where they are known.
std::vector<MachineFinding> findings(const MachineState& machine);

/// A sentence for each warning and error.
std::vector<std::string> warnings(std::span<const MachineFinding> findings);

/// The gravest; ok for none.
FindingLevel worst(std::span<const MachineFinding> findings);

}  // namespace latpred

// A device: what a latency is a latency of.
#pragma once

#include <string>
#include <vector>

#include "measurement/clock.hpp"

namespace latpred {

/// A value; `validated` before use. Its text identifies it in tables and stores.
struct Device {
    std::string runtime = "libtorch";
    int threads = 1;
    int batch_size = 1;
    std::string precision = "fp32";
    std::string mode = "fastest";  ///< how the runtime prepares a network; see `device_modes`
    std::string name;              ///< of the hardware, chosen by the user; may be empty
    /// What runs a network on LibTorch, see `libtorch_programs`; empty where the runtime does.
    std::string program = "runner";

    bool operator==(const Device&) const = default;

    /// E.g. "libtorch-runner-fastest-t1-b1-fp32", after "name:" where there is a name.
    [[nodiscard]] std::string id() const;
    /// Whether the calling thread does the work, so that its CPU time says something: not where
    /// there are more threads, an accelerator, or another program. OpenVINO with one thread works
    /// on the caller's.
    [[nodiscard]] bool own_thread() const;
    /// Whose time and disturbances count for whatever runs on it: networks and parts alike.
    [[nodiscard]] Scope scope() const { return own_thread() ? Scope::thread : Scope::process; }
};

/// Runtimes that this build knows.
std::vector<std::string> device_runtimes();
/// Programs of a runtime, the default first, none where it runs networks itself; ConfigError for an
/// unknown runtime.
std::vector<std::string> device_programs(const std::string& runtime);
/// Modes of a runtime with that program, the default first; ConfigError for an unknown one.
std::vector<std::string> device_modes(const std::string& runtime, const std::string& program = "");

/// The device itself; ConfigError naming the field, its value and what was expected.
Device validated(Device device);

}  // namespace latpred

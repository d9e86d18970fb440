// Any device of torch's behind its generic interface of guards, streams and events: nothing of a
// vendor's is linked, so one build serves torch with and without it.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/Event.h>

#include <memory>
#include <optional>
#include <string>

namespace latpred {

class Accelerator {
  public:
    /// `name`: "cpu", "cuda", "cuda:1", … ConfigError where torch has no such device, or none is
    /// there.
    explicit Accelerator(const std::string& name);

    [[nodiscard]] bool is_cpu() const { return device_.is_cpu(); }
    [[nodiscard]] const c10::Device& device() const { return device_; }
    /// The device to switch to while working, unless there is but one.
    [[nodiscard]] std::optional<c10::Device> current() const {
        return is_cpu() ? std::nullopt : std::optional(device_);
    }

    /// Waits for all work that this thread has given to the device's current stream. A processor,
    /// and the device "meta", which computes nothing and has no events, are never behind.
    void wait() const;

  private:
    void record() const;

    c10::Device device_;
    std::unique_ptr<c10::Event> event_;
};

}  // namespace latpred

#include <ATen/Context.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/accelerator_impl.hpp"
#include "networks/network.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

c10::Device parse(const std::string& name) {
    try {
        return c10::Device(name);
    } catch (const c10::Error&) {
        throw ConfigError(
            message("network: device '", name, "', cpu or a name as cuda:0 expected"));
    }
}

bool real(const c10::Device& device) {
    return !device.is_cpu() && !device.is_meta();
}

/// Where torch cannot start what it seems to have: `torch.export` puts a guard without devices in
/// the place of CUDA's.
c10::Device started(const c10::Device& device, const std::string& name) {
    try {
        return with_plain_errors("torch", [&] {
            at::globalContext().lazyInitDevice(device.type());
            const c10::impl::VirtualGuardImpl guard(device.type());
            return device.has_index() ? device : guard.getDevice();
        });
    } catch (const Error& error) {
        throw ConfigError(message("network: device '", name, "' cannot be started (", error.what(),
                                  "); cpu, or a machine that has one, expected"));
    }
}

/// The device with its number; initialised.
c10::Device found(const std::string& name) {
    const c10::Device device = parse(name);
    if (!real(device))
        return device;
    const std::string kind = c10::DeviceTypeName(device.type());
    if (!c10::impl::hasDeviceGuardImpl(device.type())) {
        throw ConfigError(message("network: device '", name, "': torch here was built without ",
                                  kind, "; cpu or a torch with ", kind, " expected"));
    }
    const c10::impl::VirtualGuardImpl guard(device.type());
    const int count = guard.deviceCount();
    if (count <= std::max<int>(device.index(), 0)) {
        throw ConfigError(message("network: device '", name, "': torch finds ", count, " ", kind,
                                  " devices on this machine; cpu or the number of one expected"));
    }
    return started(device, name);
}

}  // namespace

Accelerator::Accelerator(const std::string& name) : device_(found(name)) {
    if (is_cpu())
        return;
    event_ = std::make_unique<c10::Event>(device_.type());
    try {
        record();
    } catch (const c10::Error&) {
        if (real(device_))
            throw ConfigError(message("network: device '", name, "' records no events, by which ",
                                      "its work could be waited for; one that does expected"));
        event_.reset();
    }
}

void check_device(const std::string& name) {
    found(name);
}

void Accelerator::record() const {
    event_->record(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
}

void Accelerator::wait() const {
    if (!event_)
        return;
    with_plain_errors("device", [&] {
        record();
        event_->synchronize();
    });
}

}  // namespace latpred

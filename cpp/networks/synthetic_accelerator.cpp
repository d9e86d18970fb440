#include "networks/synthetic_accelerator.hpp"

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

struct SyntheticAccelerator::Queue {
    std::shared_ptr<SyntheticClock> clock;
    std::int64_t pass_ns = 0;
    std::int64_t busy_until = 0;
    int records = 0;
    int waits = 0;
    const c10::impl::DeviceGuardImplInterface* before = nullptr;
};

namespace {

constexpr c10::DeviceType kind = c10::DeviceType::Meta;

/// Never destroyed: events that outlive the accelerator still point to it.
class SyntheticGuard final : public c10::impl::NoOpDeviceGuardImpl<kind> {
  public:
    SyntheticAccelerator::Queue* queue = nullptr;

    c10::Stream getStream(c10::Device /*device*/) const noexcept override {
        return c10::Stream(c10::Stream::UNSAFE, c10::Device(kind, 0), 1);
    }
    void record(void** event, const c10::Stream& /*stream*/, const c10::DeviceIndex /*device*/,
                const c10::EventFlag /*flag*/) const override {
        TORCH_CHECK(queue, "the synthetic accelerator is gone");
        if (*event == nullptr)
            *event = new std::int64_t(0);
        queue->busy_until = std::max(queue->busy_until, queue->clock->wall_ns()) + queue->pass_ns;
        *static_cast<std::int64_t*>(*event) = queue->busy_until;
        ++queue->records;
    }
    void synchronizeEvent(void* event) const override {
        TORCH_CHECK(queue, "the synthetic accelerator is gone");
        const std::int64_t left = *static_cast<std::int64_t*>(event) - queue->clock->wall_ns();
        queue->clock->advance({.wall_ns = std::max<std::int64_t>(left, 0)});
        ++queue->waits;
    }
    void destroyEvent(void* event, const c10::DeviceIndex /*device*/) const noexcept override {
        delete static_cast<std::int64_t*>(event);
    }
};

SyntheticGuard& the_guard() {
    static auto* const guard = new SyntheticGuard;
    return *guard;
}

}  // namespace

SyntheticAccelerator::SyntheticAccelerator(std::shared_ptr<SyntheticClock> clock, double pass_ms) {
    if (!(pass_ms > 0)) {
        throw ConfigError(
            message("synthetic accelerator: pass_ms ", pass_ms, ", above 0 expected"));
    }
    if (the_guard().queue != nullptr)
        throw ConfigError("synthetic accelerator: there is one already, one at a time expected");
    queue_ = std::make_unique<Queue>();
    queue_->clock = std::move(clock);
    queue_->pass_ns = std::llround(pass_ms * 1e6);
    queue_->before = c10::impl::getDeviceGuardImpl(kind);
    the_guard().queue = queue_.get();
    const c10::impl::DeviceGuardImplRegistrar registered(kind, &the_guard());
}

SyntheticAccelerator::~SyntheticAccelerator() {
    const c10::impl::DeviceGuardImplRegistrar restored(kind, queue_->before);
    the_guard().queue = nullptr;
}

int SyntheticAccelerator::records() const {
    return queue_->records;
}

int SyntheticAccelerator::waits() const {
    return queue_->waits;
}

}  // namespace latpred

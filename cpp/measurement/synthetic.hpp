// A clock and a runnable whose times are given: for tests and for simulating the protocol.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "measurement/clock.hpp"
#include "measurement/runnable.hpp"

namespace latpred {

/// One stretch of synthetic time.
struct Lapse {
    std::int64_t wall_ns = 0;
    std::int64_t cpu_ns = 0;
    std::int64_t involuntary_switches = 0;
    std::int64_t major_faults = 0;
    bool migrated = false;
};

/// Stands still until something advances it.
class SyntheticClock final : public Clock {
  public:
    std::int64_t wall_ns() override { return wall_; }
    std::int64_t cpu_ns(Scope /*scope*/) override { return cpu_; }
    Evidence evidence(Scope /*scope*/) override { return evidence_; }

    double pressure() override { return pressure_; }
    void pause(double seconds) override { wall_ += std::llround(seconds * 1e9); }

    void set_pressure(double percent) { pressure_ = percent; }
    void advance(const Lapse& lapse) {
        wall_ += lapse.wall_ns;
        cpu_ += lapse.cpu_ns;
        evidence_.involuntary_switches += lapse.involuntary_switches;
        evidence_.major_faults += lapse.major_faults;
        evidence_.processor ^= lapse.migrated ? 1 : 0;
    }

  private:
    std::int64_t wall_ = 0;
    std::int64_t cpu_ = 0;
    double pressure_ = 0.0;
    Evidence evidence_;
};

/// This machine as one that takes `factor` times as long for everything: each of its seconds counts
/// as so many. What rests on how much fits into a time shows beside it, without waiting.
class SlowedClock final : public Clock {
  public:
    explicit SlowedClock(double factor) : factor_(factor) {
        if (!(factor >= 1.0 && factor <= 1e6))
            throw ConfigError("slowed clock: factor " + std::to_string(factor) +
                              ", expected 1 to 1e6");
    }

    std::int64_t wall_ns() override { return scaled(system_.wall_ns() - start_); }
    std::int64_t cpu_ns(Scope scope) override { return scaled(system_.cpu_ns(scope)); }
    Evidence evidence(Scope scope) override { return system_.evidence(scope); }
    double pressure() override { return system_.pressure(); }
    void pause(double seconds) override { system_.pause(seconds / factor_); }

  private:
    /// From a recent start: a machine's uptime in nanoseconds times a factor may overflow.
    [[nodiscard]] std::int64_t scaled(std::int64_t ns) const {
        return std::llround(static_cast<double>(ns) * factor_);
    }

    SystemClock system_;
    double factor_;
    std::int64_t start_ = system_.wall_ns();
};

/// Run number i takes lapse number i, from the first again after the last.
class ScriptedRunnable final : public Runnable {
  public:
    ScriptedRunnable(std::string name, SyntheticClock& clock, std::vector<Lapse> lapses)
        : name_(std::move(name)), clock_(clock), lapses_(std::move(lapses)) {
        if (lapses_.empty())
            throw ConfigError("scripted runnable " + name_ + ": at least one lapse expected");
    }

    void prepare() override {}
    void run() override { clock_.advance(lapses_[runs_++ % lapses_.size()]); }
    [[nodiscard]] std::string name() const override { return name_; }
    [[nodiscard]] std::size_t runs() const { return runs_; }

  private:
    std::string name_;
    SyntheticClock& clock_;
    std::vector<Lapse> lapses_;
    std::size_t runs_ = 0;
};

}  // namespace latpred

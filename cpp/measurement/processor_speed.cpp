#include "measurement/processor_speed.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

// Registers for floating point, by the constraint that compilers know them by.
#if defined(__x86_64__) || defined(__i386__)
#define LATPRED_FLOAT_REGISTER "x"
#elif defined(__aarch64__) || defined(__arm__)
#define LATPRED_FLOAT_REGISTER "w"
#else
#define LATPRED_FLOAT_REGISTER "f"
#endif

namespace latpred {
namespace {

constexpr int most_still_rounds = 16;
constexpr std::uint64_t chain_rounds = 1U << 14, mix_rounds = 1U << 13;
constexpr std::size_t page = 4096;

/// The compiler must keep the value and cannot know it: nothing is folded.
void keep(std::uint64_t& value) {
    asm volatile("" : "+r"(value));
}

void keep(double& value) {
    asm volatile("" : "+" LATPRED_FLOAT_REGISTER(value));
}

/// Additions of a register, not of a constant: some processors fold those of constants.
double chain_of_additions() {
    std::uint64_t value = 1, step = 3;
    keep(step);
    for (std::uint64_t round = 0; round < chain_rounds; ++round) {
#pragma GCC unroll 32
        for (int i = 0; i < 32; ++i) {
            value += step;
            keep(value);
        }
    }
    return 32.0 * chain_rounds;
}

/// Eight operations of three kinds, eight times in a round. A chain of floating point goes on after
/// four groups of operations: no processor of today waits for it.
double independent_operations() {
    std::uint64_t a = 1, b = 2, c = 3, d = 4, step = 5;
    std::array<double, 8> f{1, 2, 3, 4, 5, 6, 7, 8};
    double grow = 1.5;
    static const volatile std::uint64_t held[2] = {1, 2};  // loaded each time: it is volatile
    keep(step);
    keep(grow);
    for (std::uint64_t round = 0; round < mix_rounds; ++round) {
#pragma GCC unroll 8
        for (std::size_t i = 0; i < 8; ++i) {
            keep(a += step);
            keep(f[i % 4] += grow);
            keep(b += step);
            (void)held[0];
            keep(c += step);
            keep(f[4 + i % 4] += grow);
            keep(d += step);
            (void)held[1];
        }
    }
    return 64.0 * mix_rounds;
}

double sum(const double* values, std::size_t count) {
    std::array<double, 16> lanes{};
    for (std::size_t i = 0; i + lanes.size() <= count; i += lanes.size()) {
        for (std::size_t lane = 0; lane < lanes.size(); ++lane)
            lanes[lane] += values[i + lane];
    }
    double total = 0;
    for (const double lane : lanes)
        total += lane;
    return total;
}

}  // namespace

double best_rate(Clock& clock, const std::function<double()>& work, double seconds) {
    const std::int64_t end = clock.wall_ns() + static_cast<std::int64_t>(seconds * 1e9);
    double best = 0;
    for (int still = 0; still < most_still_rounds;) {
        Monitor::current().poll();
        const std::int64_t before = clock.wall_ns();
        const double done = work();
        const std::int64_t after = clock.wall_ns();
        if (after > before)
            best = std::max(best, done / static_cast<double>(after - before));
        still = after > before ? 0 : still + 1;
        if (best > 0 && after >= end)
            return best;
    }
    throw MeasurementError("speed of the processor: the clock stands still");
}

double clock_ghz(Clock& clock, double seconds) {
    return best_rate(clock, chain_of_additions, seconds);
}

double operations_per_ns(Clock& clock, double seconds) {
    return best_rate(clock, independent_operations, seconds);
}

double memory_gbs(Clock& clock, std::size_t bytes, double seconds) {
    if (bytes < page)
        throw ConfigError(message("memory speed: ", bytes, " bytes, at least ", page, " expected"));
    const std::size_t count = bytes / sizeof(double) / 16 * 16;
    const std::unique_ptr<double[]> values(new (std::nothrow) double[count]);
    if (!values)
        throw MeasurementError(message("memory speed: no memory for ", bytes, " bytes"));
    std::fill_n(values.get(), count, 1.0);
    return best_rate(
        clock,
        [&] {
            double total = sum(values.get(), count);
            keep(total);
            return static_cast<double>(count * sizeof(double));
        },
        seconds);
}

}  // namespace latpred

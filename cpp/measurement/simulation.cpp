#include "measurement/simulation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "measurement/verdict.hpp"

namespace latpred {
namespace {

/// A value after the one before it, with unit scale and median 0.
using Draw = double (*)(Rng&, double);

/// t with 3 degrees of freedom, normal / sqrt(chi2_3 / 3), over 1.4826: the scale at which the
/// figures that this protocol was planned with were simulated.
double student3(Rng& rng, double) {
    double squares = 0.0;
    const double top = rng.normal();
    for (int i = 0; i < 3; ++i)
        squares += std::pow(rng.normal(), 2);
    return top / std::sqrt(squares / 3.0) / normal_consistency;
}

template <int percent>
double autoregressive(Rng& rng, double before) {
    constexpr double rho = percent / 100.0;
    return rho * before + std::sqrt(1.0 - rho * rho) * rng.normal();
}

double bimodal(Rng& rng, double) {
    // The median of the mixture: Phi(x / 0.5) * 0.6 = 0.5 below, as the upper mode is far.
    constexpr double median = 0.5 * 0.967422;
    return 0.5 * rng.normal() + (rng.flip(0.4) ? 4.0 : 0.0) - median;
}

struct Kind {
    const char* name;
    Draw draw;
};

constexpr std::array<Kind, 7> noise_table = {{
    {"normal", [](Rng& rng, double) { return rng.normal(); }},
    {"student3", student3},
    {"exponential",
     [](Rng& rng, double) { return std::numbers::ln2 * -1.0 - std::log(1.0 - rng.uniform()); }},
    {"ar25", autoregressive<25>},
    {"ar50", autoregressive<50>},
    {"spikes", [](Rng& rng, double) { return rng.normal(); }},
    {"bimodal", bimodal},
}};

}  // namespace

std::vector<std::string> noise_kinds() {
    std::vector<std::string> names;
    for (const Kind& kind : noise_table)
        names.emplace_back(kind.name);
    return names;
}

std::vector<double> noise(const NoiseModel& model, std::size_t count, std::uint64_t seed,
                          std::uint64_t run) {
    const auto kind = std::ranges::find(noise_table, model.kind, &Kind::name);
    if (kind == noise_table.end()) {
        throw ConfigError(message("noise '", excerpt(model.kind), "' is unknown, expected one of ",
                                  join(noise_kinds()), did_you_mean(model.kind, noise_kinds())));
    }
    Rng rng(seed, "noise-" + model.kind, run);
    std::vector<double> values(count);
    double last = rng.normal();  // a stationary start
    // With 5 % of spikes the median lies where the normal part has .5 / .95 below it.
    const double spike_shift = model.kind == "spikes" ? 0.0660118 * model.scale : 0.0;
    for (double& value : values) {
        last = kind->draw(rng, last);
        value = model.scale * last - spike_shift;
        if (model.kind == "spikes" && rng.flip(0.05))
            value += 0.3;
    }
    return values;
}

SimulationResult simulate_stop_rule(const NoiseModel& model, const Effort& effort, int runs,
                                    std::uint64_t seed, Monitor& monitor) {
    if (runs < 1)
        throw ConfigError(message("simulation: ", runs, " runs, at least 1 expected"));
    SimulationResult result;
    std::vector<double> counts;
    for (int run = 0; run < runs; ++run) {
        monitor.poll();
        std::vector<Visit> visits;
        Verdict verdict;
        for (const double value : noise(model, static_cast<std::size_t>(effort.most_visits), seed,
                                        static_cast<std::uint64_t>(run))) {
            visits.push_back({.log_clean = value,
                              .log_fallback = value,
                              .cpu_ms = 10.0,
                              .timed_ms = 10.0 * effort.samples});
            verdict = judge(visits, static_cast<int>(visits.size()), effort, Scope::thread);
            if (verdict.done)
                break;
        }
        const Estimate estimate = estimate_ratio(visits, effort, Scope::thread);
        counts.push_back(static_cast<double>(visits.size()));
        result.mean_visits += counts.back() / runs;
        result.coverage += (estimate.low <= 0.0 && 0.0 <= estimate.high ? 1.0 : 0.0) / runs;
        result.converged += (verdict.status == Status::converged ? 1.0 : 0.0) / runs;
        result.far += (std::abs(std::expm1(estimate.value)) > effort.precision ? 1.0 : 0.0) / runs;
    }
    result.p95_visits = quantile(counts, 0.95);
    return result;
}

}  // namespace latpred

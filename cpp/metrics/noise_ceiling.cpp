#include "metrics/noise_ceiling.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t labels_drawn = 100000;
constexpr std::size_t fewest_draws = 8;
constexpr double most_noise = 1000;  ///< percent

void check_noise(std::span<const double> truth, std::span<const double> noise_percent) {
    if (truth.empty() || truth.size() != noise_percent.size()) {
        throw DataError(message("noise ceiling: ", truth.size(), " values beside ",
                                noise_percent.size(), " of noise; one for each expected"));
    }
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (!(truth[i] > 0 && std::isfinite(truth[i]))) {
            throw DataError(message("noise ceiling: row ", i, ": ", truth[i],
                                    "; a finite number above 0 expected"));
        }
        if (!(noise_percent[i] >= 0 && noise_percent[i] <= most_noise)) {
            throw ConfigError(message("noise ceiling: noise of row ", i, ": ", noise_percent[i],
                                      " percent; from 0 to ", most_noise, " expected"));
        }
    }
}

constexpr double Evaluation::* averaged[] = {
    &Evaluation::mae,          &Evaluation::rmse,
    &Evaluation::mape_percent, &Evaluation::spearman,
    &Evaluation::kendall,      &Evaluation::within_5_percent,
    &Evaluation::pearson,      &Evaluation::within_10_percent};

}  // namespace

Evaluation noise_ceiling(std::span<const double> truth, std::span<const double> noise_percent,
                         std::uint64_t seed) {
    check_noise(truth, noise_percent);
    const bool exact = std::ranges::max(noise_percent) == 0;
    const std::size_t draws = exact ? 1 : std::max(labels_drawn / truth.size(), fewest_draws);
    std::vector<double> labels(truth.size());
    Evaluation mean;
    mean.count = truth.size();
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Monitor::current().poll();
        Rng rng(seed, "noise ceiling", draw);
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = truth[i] * std::exp(noise_percent[i] / 100 * rng.normal());
        const Evaluation one = evaluate(labels, truth);
        for (const auto metric : averaged)
            mean.*metric += one.*metric / static_cast<double>(draws);
    }
    return mean;
}

}  // namespace latpred

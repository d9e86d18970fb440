#include "kernels/peak_memory.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

// Other networks differ more from probes than probes differ among themselves.
constexpr double least_allowance = 1.1;
// Of a model whose held-out networks are too few to say how far it may be too low.
constexpr double unknown_allowance = 1.25;

double sum_of_parts(const PeakMemoryModel::Shares& shares, const MemoryParts& parts) {
    double bytes = shares.front();
    const auto list = memory_part_list();
    for (std::size_t i = 0; i < list.size(); ++i)
        bytes += shares[i + 1] * parts.*list[i].member;
    return bytes;
}

bool good_bytes(std::span<const double> values) {
    return std::ranges::all_of(values,
                               [](double value) { return std::isfinite(value) && value >= 0; });
}

/// The factor that a measurement exceeds with probability 1 - confidence; beyond what so few ratios
/// can say, the largest of them and once more their spread.
double upper_ratio(const std::vector<double>& ratios, double confidence) {
    if (ratios.size() < 4)
        return unknown_allowance;
    const auto count = static_cast<double>(ratios.size());
    const double rank = std::ceil((count + 1) * confidence);
    if (rank <= count)
        return std::max(least_allowance, ratios[static_cast<std::size_t>(rank) - 1]);
    return std::max(least_allowance, ratios.back() + robust_deviation(ratios));
}

}  // namespace

PeakMemoryModel::PeakMemoryModel(double base_bytes, Shares load, Shares run, HeldOutMemory held_out)
    : base_bytes_(base_bytes), load_(std::move(load)), run_(std::move(run)),
      held_out_(std::move(held_out)) {
    const std::size_t terms = memory_part_list().size() + 1;
    const bool fits = load_.size() == terms && run_.size() == terms &&
                      held_out_.measured.size() == held_out_.predicted.size() &&
                      good_bytes({&base_bytes_, 1}) && good_bytes(load_) && good_bytes(run_) &&
                      good_bytes(held_out_.measured) && good_bytes(held_out_.predicted);
    if (!fits) {
        throw DataError(message("peak memory: shares of ", terms,
                                " terms expected, all finite and at least 0"));
    }
    for (std::size_t i = 0; i < held_out_.measured.size(); ++i)
        ratios_.push_back(held_out_.measured[i] / std::max(held_out_.predicted[i], 1.0));
    std::ranges::sort(ratios_);
}

MemoryEstimate PeakMemoryModel::predict(const MemoryParts& parts, double confidence) const {
    if (!(confidence >= 0.5 && confidence < 1))
        throw ConfigError(
            message("confidence ", confidence, ", at least 0.5 and below 1 expected"));
    MemoryEstimate found;
    found.load_bytes = sum_of_parts(load_, parts);
    found.run_bytes = sum_of_parts(run_, parts);
    found.peak_bytes = base_bytes_ + std::max(found.load_bytes, found.run_bytes);
    found.high_bytes = found.peak_bytes * upper_ratio(ratios_, confidence);
    return found;
}

}  // namespace latpred

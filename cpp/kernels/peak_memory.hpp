// Peak memory of a process that loads a network and runs it, learnt from a few measured ones.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernels/memory_parts.hpp"

namespace latpred {

/// A measured network: bytes beyond what the process holds with the runtime alone.
struct MemoryRow {
    MemoryParts parts;
    double load_bytes = 0;  ///< the most while it is loaded
    double run_bytes = 0;   ///< the most while it runs; NaN: not known, at most `load_bytes`
    std::string family;     ///< networks of one family are left out together
};

struct MemoryEstimate {
    double load_bytes = 0;  ///< beyond the runtime alone
    double run_bytes = 0;   ///< the same
    double peak_bytes = 0;  ///< of the process, expected
    double high_bytes = 0;  ///< of the process, hardly ever exceeded
};

/// What was measured over what the model says that has not seen the network's family.
struct HeldOutMemory {
    std::vector<double> measured;   ///< peak bytes of the process
    std::vector<double> predicted;  ///< expected
};

/// Bytes while loading and while running as sums over parts, each with a share that is not
/// negative; the peak is the larger of the two, on top of the runtime alone.
class PeakMemoryModel {
  public:
    /// A constant in bytes, then the share of each part in the order of `memory_part_list`.
    using Shares = std::vector<double>;

    /// DataError for numbers that are negative or not finite, or shares of another number.
    PeakMemoryModel(double base_bytes, Shares load, Shares run, HeldOutMemory held_out);

    /// `confidence` is that of `high_bytes`, in [.5, 1).
    [[nodiscard]] MemoryEstimate predict(const MemoryParts& parts, double confidence) const;

    [[nodiscard]] double base_bytes() const { return base_bytes_; }
    [[nodiscard]] const Shares& load() const { return load_; }
    [[nodiscard]] const Shares& run() const { return run_; }
    [[nodiscard]] const HeldOutMemory& held_out() const { return held_out_; }

  private:
    double base_bytes_;
    Shares load_;
    Shares run_;
    HeldOutMemory held_out_;
    std::vector<double> ratios_;  ///< measured / predicted of the held-out, ascending
};

/// Non-negative least squares of relative errors, robust against single networks, pulled weakly
/// towards what runtimes usually keep, which decides where the networks say nothing. `base_bytes`
/// is what a process holds with the runtime alone. DataError for fewer than four rows, or numbers
/// that are not finite.
PeakMemoryModel fit_peak_memory(std::span<const MemoryRow> rows, double base_bytes);

}  // namespace latpred

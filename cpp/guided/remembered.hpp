// An objective that is asked about each network once.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "spaces/objective.hpp"

namespace latpred {

/// Several searches for one answer ask for the same networks again; the first value of each counts,
/// as within one search. For one thread.
class Remembered final : public Objective {
  public:
    explicit Remembered(std::shared_ptr<const Objective> asked) : asked_(std::move(asked)) {}

    void evaluate(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Objective> asked_;
    mutable std::unordered_map<std::uint64_t, double> values_;  ///< by hash of the genes
};

}  // namespace latpred

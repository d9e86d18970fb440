// What a hyper-parameter may be, and how configurations are drawn from a list of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.hpp"

namespace latpred {

/// The values of one hyper-parameter as numbers; of a choice they are the indices of its choices.
/// Bounds are inclusive. A fixed parameter is a choice of one.
struct Distribution {
    enum class Kind { real, integer, choice };

    Kind kind = Kind::real;
    double low = 0;
    double high = 1;
    bool log = false;  ///< uniform in the logarithm
};

struct Parameter {
    std::string name;
    Distribution distribution;
};

/// Throws ConfigError for no parameters, names that come twice, bounds that are not finite, in the
/// wrong order, not positive where `log`, not whole where integers are meant, or too wide.
void check_parameters(const std::vector<Parameter>& parameters);

/// One draw. An integer on a log scale is rounded from [low - 1/2, high + 1/2].
double draw(const Distribution& distribution, Rng& rng);

bool contains(const Distribution& distribution, double value);

/// All choices, all integers where they are at most `points`, else `points` values from low to
/// high, evenly spaced on the distribution's scale; integers are rounded and come once.
std::vector<double> grid_values(const Distribution& distribution, std::size_t points);

/// Configuration of trial `trial`: depends on seed, number and parameter names only, so that
/// neither order nor count of the trials matters, nor other parameters.
std::vector<double> random_configuration(const std::vector<Parameter>& parameters,
                                         std::uint64_t seed, std::size_t trial);

/// The product of all grids, in an order that depends on the seed: a scheduler that compares a
/// trial with earlier ones shall not meet them sorted.
class Grid {
  public:
    /// ConfigError for more than a million configurations.
    Grid(const std::vector<Parameter>& parameters, std::size_t points, std::uint64_t seed);

    [[nodiscard]] std::size_t size() const { return order_.size(); }
    [[nodiscard]] std::vector<double> configuration(std::size_t trial) const;

  private:
    std::vector<std::vector<double>> axes_;
    std::vector<std::uint32_t> order_;
};

}  // namespace latpred

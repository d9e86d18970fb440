// Search for the best architecture under limits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "searching/scorer.hpp"

namespace latpred {

/// Defaults as in the OFA tutorial's finder: 100 + 500 x 100 = 50,100 evaluations.
struct SearchSettings {
    std::size_t population = 100;
    std::size_t generations = 500;
    double parent_ratio = 0.25;   ///< share of the population that breeds and stays
    double mutation_ratio = 0.5;  ///< share of the children that are mutants, the rest crossovers
    double mutation_rate = 0.1;   ///< of each group of genes; see Variation
    double crossover_rate = 1;    ///< chance that a child has two parents; "genetic" only
    std::uint64_t seed = 0;
    std::optional<Architectures> initial = {};  ///< rows of the first population
    std::vector<double> reference = {};  ///< of hypervolumes, one value a goal; empty: the worst of
                                         ///< the first population
};

/// ConfigError naming the setting that is out of range.
void check(const SearchSettings& settings, const Problem& problem);

/// By name, one of search_methods(). InfeasibleError where nothing keeps the limits, DataError
/// where an objective is NaN, ConfigError for wrong settings.
SearchResult search(const Problem& problem, const std::string& method,
                    const SearchSettings& settings, Monitor& monitor = Monitor::current());

std::vector<std::string> search_methods();

}  // namespace latpred

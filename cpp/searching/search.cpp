#include "searching/search.hpp"

#include <map>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "searching/evolution.hpp"
#include "searching/exhaustive.hpp"
#include "searching/genetic.hpp"
#include "searching/nsga2.hpp"
#include "searching/random_search.hpp"

namespace latpred {
namespace {

constexpr std::size_t largest_population = 1000000;

using Method = SearchResult (*)(const Problem&, const SearchSettings&, Monitor&);

const std::map<std::string, Method>& methods() {
    static const std::map<std::string, Method> all{{"evolution", &evolve},
                                                   {"exhaustive", &search_exhaustively},
                                                   {"genetic", &search_genetically},
                                                   {"nsga2", &search_nsga2},
                                                   {"random", &search_at_random}};
    return all;
}

void require_share(const char* name, double value) {
    if (!(value >= 0 && value <= 1))
        throw ConfigError(message("search: ", name, " = ", value, ", 0 to 1 expected"));
}

}  // namespace

void check(const SearchSettings& settings, const Problem& problem) {
    if (settings.population < 2) {
        throw ConfigError(
            message("search: population = ", settings.population, ", at least 2 expected"));
    }
    if (settings.population > largest_population) {
        throw ConfigError(message("search: population = ", settings.population, ", at most ",
                                  largest_population, " expected"));
    }
    require_share("parent_ratio", settings.parent_ratio);
    require_share("mutation_ratio", settings.mutation_ratio);
    require_share("mutation_rate", settings.mutation_rate);
    require_share("crossover_rate", settings.crossover_rate);
    if (!settings.reference.empty() && settings.reference.size() != problem.goals.size()) {
        throw ConfigError(message("search: a reference of ", settings.reference.size(),
                                  " values, one for each of ", problem.goals.size(),
                                  " objectives expected"));
    }
}

SearchResult search(const Problem& problem, const std::string& method,
                    const SearchSettings& settings, Monitor& monitor) {
    const auto found = methods().find(method);
    if (found == methods().end()) {
        throw ConfigError(message("search: method \"", excerpt(method), "\", one of ",
                                  join(search_methods()), " expected",
                                  did_you_mean(method, search_methods())));
    }
    check(problem);
    check(settings, problem);
    return found->second(problem, settings, monitor);
}

std::vector<std::string> search_methods() {
    std::vector<std::string> names;
    for (const auto& [name, method] : methods())
        names.push_back(name);
    return names;
}

}  // namespace latpred

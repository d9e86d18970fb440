#include "measurement/effort.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

const std::array<Effort, 4>& efforts() {
    static const std::array<Effort, 4> all = {{
        // name, precision, visits, samples, alpha, alternate, least ms, patience
        {"fast", 0.05, 60, 3, 0.05, true, 0.0, 0.0},
        {"default", 0.02, 200, 3, 0.05, true, 100.0, 10.0},
        {"gold", 0.01, 200, 3, 0.03, true, 500.0, 30.0},
        {"dataset", 0.0, 2, 3, 0.05, false, 0.0, 0.0},
    }};
    return all;
}

}  // namespace

Effort effort(const std::string& name) {
    const auto found = std::ranges::find(efforts(), name, &Effort::name);
    if (found == efforts().end()) {
        throw ConfigError(message("effort '", excerpt(name), "' is unknown, expected one of ",
                                  join(effort_names()), did_you_mean(name, effort_names())));
    }
    return *found;
}

std::vector<std::string> effort_names() {
    std::vector<std::string> names;
    std::ranges::transform(efforts(), std::back_inserter(names), &Effort::name);
    return names;
}

bool is_look(int visits) {
    constexpr std::array grid = {8, 12, 18, 27, 40, 60, 90, 135, 200};
    return std::ranges::find(grid, visits) != grid.end();
}

}  // namespace latpred

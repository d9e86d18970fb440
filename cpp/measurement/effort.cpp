#include "measurement/effort.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

const std::array<Effort, 4>& efforts() {
    static const std::array<Effort, 4> all = {{
        {.name = "fast", .precision = 0.05, .most_visits = 27, .samples = 3, .alpha = 0.05},
        {.name = "default", .precision = 0.02, .most_visits = 90, .samples = 3, .alpha = 0.05},
        {.name = "gold", .precision = 0.01, .most_visits = 200, .samples = 3, .alpha = 0.03},
        {.name = "dataset", .precision = 0.0, .most_visits = 2, .samples = 3, .alpha = 0.05},
    }};
    return all;
}

}  // namespace

Effort effort(const std::string& name) {
    const auto found = std::ranges::find(efforts(), name, &Effort::name);
    if (found == efforts().end()) {
        throw ConfigError(
            message("effort '", name, "' is unknown, expected one of ", join(effort_names())));
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

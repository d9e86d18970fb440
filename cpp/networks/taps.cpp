#include "networks/taps.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t names_shown = 3;

/// Names that begin as the wanted one does, or the first ones where none does.
std::vector<std::string> examples(const std::map<std::string, std::vector<int>>& operators,
                                  const std::string& wanted) {
    const std::string start = wanted.substr(0, wanted.find_last_of('.'));
    std::vector<std::string> alike;
    std::vector<std::string> first;
    for (const auto& [name, numbers] : operators) {
        if (name.starts_with(start) && alike.size() < names_shown)
            alike.push_back(name);
        if (first.size() < names_shown)
            first.push_back(name);
    }
    return alike.empty() ? first : alike;
}

}  // namespace

std::vector<int> operators_named(const OpGraph& graph, std::span<const std::string> names) {
    std::map<std::string, std::vector<int>> operators;
    for (std::size_t i = 0; i < graph.ops.size(); ++i)
        operators[graph.ops[i].name()].push_back(static_cast<int>(i));
    std::vector<int> numbers;
    for (const std::string& name : names) {
        const auto found = operators.find(name);
        if (found == operators.end()) {
            throw ConfigError(message("network: no operator is named '", excerpt(name),
                                      "', one of ", graph.ops.size(), " expected, such as ",
                                      join(examples(operators, name))));
        }
        if (found->second.size() != 1) {
            throw ConfigError(message("network: ", found->second.size(), " operators are named '",
                                      excerpt(name), "', a name of one operator expected"));
        }
        numbers.push_back(found->second.front());
    }
    return numbers;
}

}  // namespace latpred

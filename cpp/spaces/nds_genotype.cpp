#include "spaces/nds_genotype.hpp"

#include <algorithm>
#include <string>

#include "base/numbers.hpp"

namespace latpred {
namespace {

/// What stands behind `key`, between the brackets that open there; nothing where they do not.
std::optional<std::string_view> bracketed(std::string_view text, std::string_view key, char open,
                                          char close) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(at + key.size());
    const std::size_t end = text.find(close);
    if (text.empty() || text.front() != open || end == std::string_view::npos)
        return std::nullopt;
    return text.substr(1, end - 1);
}

/// The whole numbers in "2, 3"; nothing for anything else.
std::optional<std::vector<int>> numbers_in(std::string_view text) {
    std::vector<int> numbers;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view word = text.substr(0, comma);
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        word.remove_suffix(word.size() - (word.find_last_not_of(' ') + 1));
        const auto number = parse_number<int>(word);
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return numbers;
}

/// One "'sep_conv_3x3', 0".
std::optional<NdsGenotype::Pair> read_pair(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || comma < 2)
        return std::nullopt;
    const char quote = text.front();
    const auto number = numbers_in(text.substr(comma + 1));
    if ((quote != '\'' && quote != '"') || text[comma - 1] != quote || !number ||
        number->size() != 1)
        return std::nullopt;
    return NdsGenotype::Pair{text.substr(1, comma - 2), number->front()};
}

std::optional<NdsGenotype::Cell> read_cell(std::string_view text, const std::string& name) {
    NdsGenotype::Cell cell;
    const auto listed = bracketed(text, name + "=", '[', ']');
    if (!listed)
        return std::nullopt;
    for (std::string_view rest = *listed; !rest.empty();) {
        const auto inside = bracketed(rest, "", '(', ')');
        const auto pair = inside ? read_pair(*inside) : std::nullopt;
        if (!pair)
            return std::nullopt;
        cell.pairs.push_back(*pair);
        rest.remove_prefix(inside->size() + 2);
        rest.remove_prefix(std::min(rest.find_first_not_of(", "), rest.size()));
    }
    auto joined = bracketed(text, name + "_concat=", '[', ']');
    const auto range = bracketed(text, name + "_concat=range", '(', ')');
    const auto numbers = joined ? numbers_in(*joined) : range ? numbers_in(*range) : std::nullopt;
    if (!numbers || (range && numbers->size() != 2))
        return std::nullopt;
    cell.joined = *numbers;
    if (range) {
        cell.joined.clear();
        for (int node = numbers->front(); node < std::min(numbers->back(), 64); ++node)
            cell.joined.push_back(node);
    }
    std::ranges::sort(cell.joined);
    return cell;
}

}  // namespace

std::optional<NdsGenotype> read_genotype(std::string_view text) {
    if (!text.starts_with("Genotype("))
        return std::nullopt;
    auto normal = read_cell(text, "normal");
    auto reduce = read_cell(text, "reduce");
    if (!normal || !reduce)
        return std::nullopt;
    return NdsGenotype{std::move(*normal), std::move(*reduce)};
}

}  // namespace latpred

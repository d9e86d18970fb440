#include "datasets/text_rows.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

std::string shortened(const std::string& text) {
    constexpr std::size_t shown = 60;
    return text.size() <= shown ? text : text.substr(0, shown) + "…";
}

}  // namespace

double parse_number(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    const std::size_t last = text.find_last_not_of(" \t\r");
    double value = std::numeric_limits<double>::quiet_NaN();
    if (first == std::string::npos)
        return value;
    const char* end = text.data() + last + 1;
    const auto [stop, error] = std::from_chars(text.data() + first, end, value);
    return error == std::errc{} && stop == end ? value : std::numeric_limits<double>::quiet_NaN();
}

TextRows read_text_rows(const SpacePtr& space, std::span<const std::string> architectures,
                        std::span<const std::string> values) {
    if (architectures.size() != values.size()) {
        throw DataError(message("table: ", architectures.size(), " architectures but ",
                                values.size(), " values"));
    }
    TextRows result{Architectures(space), {}, {}, {}};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string where = "row " + std::to_string(i);
        const double value = parse_number(values[i]);
        if (std::isnan(value)) {
            result.problems.push_back(where + ": '" + shortened(values[i]) + "' is no number");
            continue;
        }
        try {
            std::vector<GeneValue> row = genes_from_text(*space, architectures[i], where);
            space->validate(row, where);
            space->canonicalise(row);
            result.archs.append(row);
        } catch (const ArchitectureError& error) {
            result.problems.emplace_back(error.what());
            continue;
        }
        result.values.push_back(value);
        result.rows.push_back(i);
    }
    return result;
}

}  // namespace latpred

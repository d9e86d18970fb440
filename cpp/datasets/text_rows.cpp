#include "datasets/text_rows.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
double cell_number(std::string_view cell) {
    const std::size_t first = cell.find_first_not_of(" \t");
    const std::size_t end = cell.find_last_not_of(" \t\r") + 1;
    const auto number =
        first < end ? parse_number<double>(cell.substr(first, end - first)) : std::nullopt;
    return number.value_or(std::numeric_limits<double>::quiet_NaN());
}

TextRows read_rows(const SpacePtr& space, std::span<const std::string> values,
                   const RowReader& genes) {
    TextRows result{Architectures(space), {}, {}, {}};
    Pulse pulse(256);
    for (std::size_t i = 0; i < values.size(); ++i) {
        pulse();
        const std::string where = "row " + std::to_string(i);
        const double value = cell_number(values[i]);
        if (std::isnan(value)) {
            result.problems.push_back(where + ": '" + excerpt(values[i]) + "' is no number");
            continue;
        }
        try {
            std::vector<GeneValue> row = genes(i, where);
            if (!space->accepts(row))
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

TextRows read_text_rows(const SpacePtr& space, std::span<const std::string> architectures,
                        std::span<const std::string> values) {
    if (architectures.size() != values.size()) {
        throw DataError(message("table: ", architectures.size(), " architectures but ",
                                values.size(), " values"));
    }
    return read_rows(space, values, [&](std::size_t i, const std::string& where) {
        return genes_from_text(*space, architectures[i], where);
    });
}

}  // namespace latpred

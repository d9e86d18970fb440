#include "datasets/text_rows.hpp"

#include <cmath>
#include <limits>

#include "base/blanks.hpp"
#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {

double cell_number(std::string_view cell) {
    std::string_view text = stripped(cell, " \t\r");
    if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+')
        text.remove_prefix(1);
    return parse_number<double>(text).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string no_number(std::string_view cell) {
    const std::string shown = "'" + excerpt(cell) + "'";
    const bool numeric = cell.find_first_not_of(" \t\r+-.,'0123456789eE") == std::string_view::npos;
    if (numeric && cell.find_first_of(",'") != std::string_view::npos)
        return shown + " has a comma or digit groups, a number as 12.5 expected";
    return shown + " is no number";
}

void convert_to_ms(TextRows& rows, TimeUnit unit) {
    for (double& value : rows.values)
        value = to_ms(value, unit);
}

TextRows read_rows(const SpacePtr& space, std::span<const std::string> values,
                   const RowReader& genes, const RowNames& names) {
    TextRows result{Architectures(space), {}, {}, {}};
    Pulse pulse(256);
    for (std::size_t i = 0; i < values.size(); ++i) {
        pulse();
        const std::string where = names.of(i);
        const double value = cell_number(values[i]);
        if (std::isnan(value)) {
            result.problems.push_back(where + ": " + no_number(values[i]));
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
                        std::span<const std::string> values, const RowNames& names) {
    if (architectures.size() != values.size()) {
        throw DataError(message("table: ", architectures.size(), " architectures but ",
                                values.size(), " values"));
    }
    const auto genes = [&](std::size_t i, const std::string& where) {
        return genes_from_text(*space, architectures[i], where);
    };
    return read_rows(space, values, genes, names);
}

}  // namespace latpred

// Rows of a table given as text.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/row_names.hpp"
#include "datasets/time_units.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

struct TextRows {
    Architectures archs;                ///< of the readable rows
    std::vector<double> values;         ///< of the readable rows
    std::vector<std::size_t> rows;      ///< their numbers
    std::vector<std::string> problems;  ///< one text for each unreadable row, naming it
};

/// The genes of row `i`; ArchitectureError, beginning with `where`, for one that cannot be read.
using RowReader = std::function<std::vector<GeneValue>(std::size_t i, const std::string& where)>;

/// Reads rows and their values.
TextRows read_rows(const SpacePtr& space, std::span<const std::string> values,
                   const RowReader& genes, const RowNames& names = {});

/// Reads architectures (canonical text or literal, nothing is evaluated) and their values.
/// DataError where the two differ in length.
TextRows read_text_rows(const SpacePtr& space, std::span<const std::string> architectures,
                        std::span<const std::string> values, const RowNames& names = {});

/// Values in that unit as ms.
void convert_to_ms(TextRows& rows, TimeUnit unit);

/// A number between blanks, of digits, sign (plus too), point and exponent in any locale; NaN where
/// it is none.
double cell_number(std::string_view cell);

/// What is wrong with a cell that is no number, e.g. "'12,5' has a comma, a point expected".
std::string no_number(std::string_view cell);

}  // namespace latpred

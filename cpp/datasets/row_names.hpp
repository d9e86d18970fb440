// What messages call the rows of a table.
#pragma once

#include <span>
#include <string>

namespace latpred {

/// "row 3" of a table in memory, "line 5" of a file whose rows begin at these lines.
struct RowNames {
    std::span<const std::size_t> lines{};  ///< one each row, or empty

    [[nodiscard]] std::string of(std::size_t row) const {
        return row < lines.size() ? "line " + std::to_string(lines[row])
                                  : "row " + std::to_string(row);
    }
};

}  // namespace latpred

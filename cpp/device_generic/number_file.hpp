// The files that DGL publishes: numbers with blanks between them, nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "device_generic/formula.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Rows of equally many numbers.
struct NumberFile {
    std::string name;  ///< for messages
    std::size_t columns = 0;
    std::vector<double> values;      ///< row by row
    std::vector<std::size_t> lines;  ///< of each row, from 1; blank lines are no rows
};

/// DataError naming file and line for what is no number, rows of different length, and a file
/// without any. A byte order mark and line ends of Windows are let pass.
NumberFile parse_numbers(const std::string& name, std::string_view text);

/// The networks of a file of genes, a row each: six columns are the operations of NAS-Bench-201,
/// numbered from 1 (none, skip, 1x1, 3x3, pooling), at 224 pixels with 100 classes; 28 the values
/// of "fbnetv3". DataError naming the line for other columns and for genes outside the space.
Architectures networks_of(const NumberFile& file);

/// Its `count` numbers of `what`, on a line each or all on one, above 0, finite and at most `most`;
/// DataError naming file and line for others and for another count.
std::vector<double> values_of(const NumberFile& file, std::size_t count, const std::string& what,
                              double most);

/// The four numbers of a device, on one line or on four; DataError naming file and what is missing.
DeviceNumbers device_of(const NumberFile& file);

}  // namespace latpred

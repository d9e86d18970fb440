// First check of a latency table: what should be known before a model is fitted to it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Kinds, in the order in which they are reported:
/// "ignored-gene": labels do not change with a gene although the networks do;
/// "unit": rows a factor of 1000 (or 1e6) off the others, or a whole table beyond what devices do:
/// in the median more than 10^12 multiply-accumulates per ms; more than 10^9 with less than 2 us an
/// operator, or 2 10^8 with less than 0.7 us; or fewer than 10^5 with more than 10 ms an operator;
/// "conflict": a network again with another latency; "duplicate": again with the same;
/// "outlier": rows far from what the others let expect; "shift": stretches of rows, in file order,
/// that are slower or faster than the rest.
struct Finding {
    std::string kind;
    std::vector<std::size_t> rows;  ///< ascending
    std::string message;
    std::string gene{};  ///< name of the one that is ignored; else empty
};

struct Audit {
    std::vector<Finding> findings;
    std::vector<double> residuals;  ///< relative_residuals of the rows in the table's unit; NaN
};

/// `latency` in ms, one usable value a row (see checks.hpp).
Audit audit(const Architectures& archs, std::span<const double> latency);

/// A part of a split; several where rows come from several devices.
struct PartTable {
    std::size_t part = 0;  ///< number of its name
    std::string device;    ///< "" unknown, taken for the same
    const Architectures* archs = nullptr;
};

/// Networks that an earlier part (by order of names) holds too. Rows count through the tables of
/// the later part. Kinds: "leak": the same network on the same device; "paired-leak": on another
/// device only; "resolution-leak": at another resolution only. SchemaError for several families.
std::vector<Finding> audit_parts(std::span<const std::string> names,
                                 std::span<const PartTable> tables);

}  // namespace latpred

// Units of time, and what the name of a column says of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latpred {

enum class TimeUnit : std::uint8_t { ns, us, ms, s };

/// By its usual spellings: "us", "µs", "usec", "microseconds"; nothing for other texts.
std::optional<TimeUnit> time_unit(std::string_view text);

std::string_view unit_name(TimeUnit unit);

double to_ms(double value, TimeUnit unit);

/// A column's name in parts: "Latency [µs]" is {"latency", us}.
struct ColumnName {
    std::string stem;  ///< its words in small letters with '_' between them, without the unit
    std::optional<TimeUnit> unit;
};

/// DataError where the name of a latency carries a unit that is none of the known ones, or two.
/// Names of other quantities ("top1 (%)", "images/s") say nothing.
ColumnName column_name(const std::string& column);

}  // namespace latpred

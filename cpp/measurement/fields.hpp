// What is known of a measured row, a reference, a campaign and its steps: one table each, from
// which the worker's lines, tables, stores and their descriptions take names, kinds and sentences.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "measurement/meter.hpp"
#include "measurement/visit.hpp"

namespace latpred {

using FieldValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                std::vector<std::int64_t>, std::vector<LegRecord>>;

/// One column of `Holder`: NetworkResult, ReferenceResult, Campaign or VisitRecord.
template <class Holder>
struct Field {
    const char* name;
    const char* kind;      ///< "boolean", "integer", "real", "text", "texts", "integers" or "legs"
    const char* unit;      ///< empty where there is none
    bool nullable;         ///< whether it may be unknown: NaN, null in files and lines
    const char* sentence;  ///< what it says
    FieldValue (*get)(const Holder&);
    /// Null where the value follows from others; false for a value that the field cannot have.
    bool (*set)(Holder&, const FieldValue&);
};

/// Of one row of a campaign, its number first.
std::span<const Field<NetworkResult>> row_fields();
std::span<const Field<ReferenceResult>> reference_fields();
/// Of a campaign as a whole, without rows and references.
std::span<const Field<Campaign>> campaign_fields();
/// Of one step of a campaign; all of them are kept.
std::span<const Field<VisitRecord>> record_fields();

}  // namespace latpred

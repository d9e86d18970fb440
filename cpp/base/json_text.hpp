// JSON from outside: bounded in size and depth before anything is built from it.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace latpred {

struct JsonLimits {
    std::size_t bytes = std::size_t{1} << 20;
    std::size_t depth = 64;  ///< objects and lists in each other
};

/// Reads `text` into `value`. Returns what is wrong with it, in a few words ("JSON expected",
/// "nested deeper than 64", "'ks' comes twice"); empty where nothing is.
[[nodiscard]] std::string read_json(std::string_view text, nlohmann::json& value,
                                    const JsonLimits& limits = {});

/// A value for a message: short numbers and texts as they are, otherwise its kind and size
/// ("a list of 3"). Never longer than some 60 bytes.
std::string describe(const nlohmann::json& value);

}  // namespace latpred

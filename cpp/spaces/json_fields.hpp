// One JSON object of a description: reads its keys with checks that name the place.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {

[[noreturn]] inline void refuse(const std::string& where, const std::string& expected) {
    throw ConfigError(where + ": " + expected);
}

/// Remembers which keys were read, so that misspelt ones are found.
class JsonFields {
  public:
    using json = nlohmann::json;

    JsonFields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object.is_object())
            refuse(where_, message("an object expected, got ", describe(object)));
    }

    template <class T>
    void read(const char* key, T& target, const std::string& expected,
              const std::function<bool(const T&)>& valid) {
        known_.insert(key);
        const auto found = object_.find(key);
        if (found == object_.end())
            return;
        auto value = convert(*found, static_cast<T*>(nullptr));
        if (!value || !valid(*value)) {
            refuse(message(where_, ".", key), message(expected, " expected, got ", shown(*found)));
        }
        target = std::move(*value);
    }

    /// A text that is one of the names.
    void read_name(const char* key, std::string& target, const std::vector<std::string>& names) {
        known_.insert(key);
        const auto found = object_.find(key);
        if (found == object_.end())
            return;
        const std::string given = found->is_string() ? found->get<std::string>() : "";
        if (std::find(names.begin(), names.end(), given) == names.end()) {
            refuse(message(where_, ".", key), message("one of ", join(names), " expected, got ",
                                                      shown(*found), did_you_mean(given, names)));
        }
        target = given;
    }

    [[nodiscard]] const json* child(const char* key) {
        known_.insert(key);
        const auto found = object_.find(key);
        return found == object_.end() ? nullptr : &*found;
    }

    void done() const {
        for (const auto& [key, value] : object_.items()) {
            if (!known_.contains(key))
                refuse(where_, message("unknown key '", excerpt(key), "'; known: ", join(known_),
                                       did_you_mean(key, known_)));
        }
    }

  private:
    /// Numbers must be of that kind and fit it: no 2.5 and no 2^32 for an int, no true for 1.
    static std::optional<int> convert(const json& value, int*) {
        constexpr auto most = std::numeric_limits<int>::max();
        if (!value.is_number_integer())
            return std::nullopt;
        if (value.is_number_unsigned()) {
            const auto number = value.get<std::uint64_t>();
            return number > std::uint64_t{most} ? std::nullopt
                                                : std::optional(static_cast<int>(number));
        }
        const auto number = value.get<std::int64_t>();
        return number < -std::int64_t{most} || number > most
                   ? std::nullopt
                   : std::optional(static_cast<int>(number));
    }

    static std::optional<double> convert(const json& value, double*) {
        if (!value.is_number() || !std::isfinite(value.get<double>()))
            return std::nullopt;
        return value.get<double>();
    }

    static std::optional<bool> convert(const json& value, bool*) {
        return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
    }

    static std::optional<std::string> convert(const json& value, std::string*) {
        return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
    }

    template <class T>
    static std::optional<std::vector<T>> convert(const json& value, std::vector<T>*) {
        if (!value.is_array())
            return std::nullopt;
        std::vector<T> items;
        for (const json& item : value) {
            const auto converted = convert(item, static_cast<T*>(nullptr));
            if (!converted)
                return std::nullopt;
            items.push_back(*converted);
        }
        return items;
    }

    /// Short lists item by item.
    static std::string shown(const json& value) {
        constexpr std::size_t most = 8;
        if (!value.is_array() || value.size() > most)
            return describe(value);
        std::vector<std::string> items;
        for (const json& item : value)
            items.push_back(describe(item));
        return message("[", join(items, ","), "]");
    }

    const json& object_;
    std::string where_;
    std::set<std::string> known_;
};

}  // namespace latpred

#include "base/json_text.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/text.hpp"

namespace latpred {
namespace {

using nlohmann::json;

/// Objects and lists that are open at once, at most; brackets within texts do not count. Scanned
/// beforehand: the library builds, copies, prints and compares values by recursion.
std::size_t depth_of(std::string_view text) {
    std::size_t open = 0;
    std::size_t deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            deepest = std::max(deepest, ++open);
        } else if ((c == ']' || c == '}') && open > 0) {
            --open;
        }
    }
    return deepest;
}

/// Notices names that come twice in one object; of these the library would keep the last.
class NameCheck {
  public:
    bool operator()(int /*depth*/, json::parse_event_t event, json& value) {
        if (event == json::parse_event_t::object_start) {
            names_.emplace_back();
        } else if (event == json::parse_event_t::object_end) {
            names_.pop_back();
        } else if (event == json::parse_event_t::key && twice_.empty()) {
            const auto& name = value.get_ref<const std::string&>();
            if (!names_.back().insert(name).second)
                twice_ = message("'", excerpt(name), "' comes twice");
        }
        return true;
    }
    [[nodiscard]] const std::string& twice() const { return twice_; }

  private:
    std::vector<std::set<std::string>> names_;
    std::string twice_;
};

}  // namespace

std::string read_json(std::string_view text, json& value, const JsonLimits& limits) {
    if (text.size() > limits.bytes)
        return message("longer than ", limits.bytes, " bytes");
    if (depth_of(text) > limits.depth)
        return message("nested deeper than ", limits.depth);
    NameCheck names;
    value = json::parse(text, std::ref(names), false);
    if (value.is_discarded())
        return "JSON expected";
    return names.twice();
}

std::string describe(const json& value) {
    switch (value.type()) {
    case json::value_t::array:
        return message("a list of ", value.size());
    case json::value_t::object:
        return message("an object of ", value.size());
    case json::value_t::string:
        return message("'", excerpt(value.get_ref<const std::string&>(), 48), "'");
    case json::value_t::binary:
    case json::value_t::discarded:
        return "no value";
    default:
        return value.dump();  // a number, true, false or null
    }
}

}  // namespace latpred

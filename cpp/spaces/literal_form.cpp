#include "spaces/literal_form.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using nlohmann::json;

Choice to_choice(const json& value, const std::string& where) {
    if (value.is_number())
        return value.get<double>();
    if (value.is_string())
        return value.get<std::string>();
    throw ArchitectureError(
        message(where, ": ", describe(value), " is neither a number nor a text"));
}

/// Python writes (3,) and allows [3,].
void drop_trailing_comma(std::string& text) {
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (last != std::string::npos && text[last] == ',')
        text.erase(last);
}

/// Python literals differ from JSON in quotes, None and tuples; NumPy 2 also writes np.int64(3).
std::string python_to_json(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    bool numpy_scalar = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (text.compare(i, 4, "None") == 0) {
            out += "null";
            i += 3;
        } else if (text.compare(i, 3, "np.") == 0) {
            i = text.find('(', i);
            if (i == std::string::npos)
                return text;
            numpy_scalar = true;
        } else if (numpy_scalar && c == ')') {
            numpy_scalar = false;
        } else {
            if (c == ')' || c == ']' || c == '}')
                drop_trailing_comma(out);
            out += c == '\'' ? '"' : c == '(' ? '[' : c == ')' ? ']' : c;
        }
    }
    return out;
}

json read_literal(const std::string& text, bool listed, const std::string& where) {
    json value;
    const std::string wrong = read_json(python_to_json(text), value);
    if (!wrong.empty() || value.is_array() != listed || value.is_object() == listed) {
        throw ArchitectureError(message(where, ": '", excerpt(text), "' is no ",
                                        listed ? "list" : "dict", " literal",
                                        wrong.empty() ? "" : " (" + wrong + ")"));
    }
    return value;
}

}  // namespace

std::vector<Choice> choices_from_literal(const std::string& text, const std::string& where) {
    std::vector<Choice> choices;
    for (const json& item : read_literal(text, true, where))
        choices.push_back(to_choice(item, where));
    return choices;
}

ChoiceLists lists_from_literal(const Space& space, const std::string& text,
                               const std::string& where) {
    const json dict = read_literal(text, false, where);
    const std::vector<std::string> unused = space.family().unused_keys();
    ChoiceLists lists;
    for (const auto& [key, value] : dict.items()) {
        if (value.is_null() && std::find(unused.begin(), unused.end(), key) != unused.end())
            continue;
        auto& choices = lists[key];
        if (value.is_array()) {
            for (const json& item : value) {
                if (!item.is_null() || std::ranges::find(unused, key) == unused.end())
                    choices.push_back(to_choice(item, where));
            }
        } else {
            choices.push_back(to_choice(value, where));
        }
    }
    return lists;
}

}  // namespace latpred

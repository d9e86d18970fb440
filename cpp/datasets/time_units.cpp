#include "datasets/time_units.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Spelling = std::pair<std::string_view, TimeUnit>;
constexpr std::array spellings{
    Spelling{"ns", TimeUnit::ns},
    Spelling{"nsec", TimeUnit::ns},
    Spelling{"nsecs", TimeUnit::ns},
    Spelling{"nanosecond", TimeUnit::ns},
    Spelling{"nanoseconds", TimeUnit::ns},
    Spelling{"nanos", TimeUnit::ns},
    Spelling{"us", TimeUnit::us},
    Spelling{"usec", TimeUnit::us},
    Spelling{"usecs", TimeUnit::us},
    Spelling{"microsecond", TimeUnit::us},
    Spelling{"microseconds", TimeUnit::us},
    Spelling{"micros", TimeUnit::us},
    Spelling{"ms", TimeUnit::ms},
    Spelling{"msec", TimeUnit::ms},
    Spelling{"msecs", TimeUnit::ms},
    Spelling{"millisecond", TimeUnit::ms},
    Spelling{"milliseconds", TimeUnit::ms},
    Spelling{"millis", TimeUnit::ms},
    Spelling{"s", TimeUnit::s},
    Spelling{"sec", TimeUnit::s},
    Spelling{"secs", TimeUnit::s},
    Spelling{"second", TimeUnit::s},
    Spelling{"seconds", TimeUnit::s},
};

/// Words by which a column is one of times.
constexpr std::array<std::string_view, 11> times{"latency",   "latencies", "lat",     "time",
                                                 "times",     "timing",    "runtime", "duration",
                                                 "inference", "elapsed",   "delay"};

/// Short words after such a word that are no unit.
constexpr std::array<std::string_view, 17> plain_words{"avg", "min", "max", "med", "std", "raw",
                                                       "gpu", "cpu", "npu", "tpu", "dsp", "val",
                                                       "all", "net", "e2e", "of",  "in"};

/// Longer ones that are.
constexpr std::array<std::string_view, 22> other_units{
    "cycle",      "cycles", "tick",  "ticks",   "clocks",  "minute",    "minutes", "mins",
    "hour",       "hours",  "ratio", "percent", "speedup", "relative",  "norm",    "normalized",
    "normalised", "rank",   "score", "frames",  "samples", "throughput"};

struct Word {
    std::string text;
    bool bracketed = false;  ///< within brackets
    bool rate = false;       ///< behind a '/' or "per"
};

template <class List>
bool among(const List& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

/// Small letters, and the letter u for both signs of "micro".
std::string plain_text(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::string_view two = name.substr(i, 2);
        if (two == "\xC2\xB5" || two == "\xCE\xBC") {
            text += 'u';
            ++i;
        } else {
            text += name[i];
        }
    }
    return text;
}

bool is_letter(char c) {
    const bool beyond = static_cast<unsigned char>(c) >= 0x80;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '%' ||
           beyond;
}

char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The words of a name; "latencyMs" has two.
std::vector<Word> words_of(std::string_view name) {
    const std::string text = plain_text(name);
    std::vector<Word> words;
    bool open = false;
    bool bracketed = false;
    bool rate = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        bracketed =
            c == '(' || c == '[' || c == '{' || (bracketed && c != ')' && c != ']' && c != '}');
        if (!is_letter(c)) {
            rate = c == '/' || (rate && !open);
            open = false;
            continue;
        }
        const bool hump = i > 0 && c >= 'A' && c <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
        if (!open || hump)
            words.push_back(
                {"", bracketed, rate || (!words.empty() && words.back().text == "per")});
        open = true;
        words.back().text += small(c);
    }
    return words;
}

/// "latencyms" as two words.
void split_glued(std::vector<Word>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const std::string_view word : times) {
            const std::string text = words[i].text;
            if (!text.starts_with(word) || text.size() < word.size() + 2 || among(times, text) ||
                !time_unit(std::string_view(text).substr(word.size())))
                continue;
            words[i].text = text.substr(0, word.size());
            words.insert(words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                         {text.substr(word.size()), false, false});
            break;
        }
    }
}

/// Whether a word behind that of a time would be taken for its unit.
bool like_a_unit(const Word& word) {
    if (word.bracketed)
        return !among(plain_words, word.text) || word.text == "min";
    const bool letters =
        std::ranges::none_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
    return among(other_units, word.text) ||
           (letters && word.text.size() <= 3 && !among(plain_words, word.text));
}

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
    throw DataError(message("column '", excerpt(column), "': ", why,
                            "; ns, us, ms or s expected in its name, or as `unit`"));
}

}  // namespace

std::optional<TimeUnit> time_unit(std::string_view text) {
    std::string plain = plain_text(text);
    std::ranges::transform(plain, plain.begin(), small);
    const auto found = std::ranges::find(spellings, std::string_view(plain), &Spelling::first);
    return found == spellings.end() ? std::nullopt : std::optional(found->second);
}

std::string_view unit_name(TimeUnit unit) {
    static constexpr std::array<std::string_view, 4> names{"ns", "us", "ms", "s"};
    return names.at(static_cast<std::size_t>(unit));
}

double to_ms(double value, TimeUnit unit) {
    switch (unit) {
    case TimeUnit::ns:
        return value / 1e6;
    case TimeUnit::us:
        return value / 1e3;
    case TimeUnit::s:
        return value * 1e3;
    default:
        return value;
    }
}

ColumnName column_name(const std::string& column) {
    std::vector<Word> words = words_of(column);
    split_glued(words);
    const auto timed =
        std::ranges::find_if(words, [](const Word& w) { return among(times, w.text); });
    const bool time = timed != words.end();
    ColumnName name;
    for (auto word = words.begin(); word != words.end(); ++word) {
        const std::optional<TimeUnit> unit = time_unit(word->text);
        const bool counts = unit && (time || !word->rate) &&
                            (word->text.size() > 1 || word->bracketed || word + 1 == words.end());
        if (counts && name.unit && *name.unit != *unit)
            refuse(column, "two units");
        if (counts)
            name.unit = unit;
        else
            name.stem += (name.stem.empty() ? "" : "_") + word->text;
    }
    if (name.unit || !time)
        return name;
    for (auto word = timed + 1; word != words.end(); ++word) {
        if (word->bracketed ? like_a_unit(*word) : word + 1 == words.end() && like_a_unit(*word))
            refuse(column, "'" + excerpt(word->text) + "' is no unit of time that is known");
    }
    return name;
}

}  // namespace latpred

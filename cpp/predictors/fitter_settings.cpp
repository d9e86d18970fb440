#include "predictors/fitter_settings.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/model_file.hpp"
#include "predictors/registry.hpp"

namespace latpred {
namespace {

using nlohmann::json;

// Models in it may be large, as bytes in hexadecimal hex_digits; the nesting is that of fitters.
constexpr JsonLimits limits{.bytes = std::size_t{1} << 28, .depth = 32};
constexpr const char* kind_key = "kind";
constexpr const char* hex_digits = "0123456789abcdef";

std::string hexadecimal(const std::string& bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 15U];
    }
    return text;
}

/// Empty where the text is none.
std::string bytes_of(const std::string& text) {
    std::string bytes;
    const std::string_view known(hex_digits);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const std::size_t high = known.find(text[i]);
        const std::size_t low = known.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos)
            return {};
        bytes += static_cast<char>(16 * high + low);
    }
    return bytes;
}

}  // namespace

struct FitterSettings::Parts {
    json object;
    std::set<std::string> asked{kind_key};
    std::string kind;
};

FitterSettings::FitterSettings(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
FitterSettings::~FitterSettings() = default;
FitterSettings::FitterSettings(FitterSettings&&) noexcept = default;

FitterSettings::FitterSettings(const std::string& kind) : parts_(std::make_unique<Parts>()) {
    parts_->object = json{{kind_key, kind}};
    parts_->kind = kind;
}

FitterSettings FitterSettings::parse(std::string_view text) {
    auto parts = std::make_unique<Parts>();
    json& object = parts->object;
    const std::string wrong = read_json(text, object, limits);
    if (!wrong.empty())
        throw ConfigError(message("fitter: ", wrong));
    if (!object.is_object() || !object.contains(kind_key) || !object[kind_key].is_string())
        throw ConfigError("fitter: a JSON object with the name of a kind expected");
    parts->kind = object[kind_key].get<std::string>();
    return FitterSettings(std::move(parts));
}

const std::string& FitterSettings::kind() const {
    return parts_->kind;
}

std::string FitterSettings::text() const {
    return parts_->object.dump();
}

FitterSettings& FitterSettings::put(const char* name, double value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, bool value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, std::uint64_t value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, const std::string& value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, const std::vector<std::string>& value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, const std::vector<std::size_t>& value) {
    parts_->object[name] = value;
    return *this;
}

FitterSettings& FitterSettings::put(const char* name, const std::vector<FitterPtr>& value) {
    json& all = parts_->object[name] = json::array();
    for (const FitterPtr& fitter : value)
        all.push_back(json::parse(fitter->settings()));
    return *this;
}

FitterSettings& FitterSettings::put(const char* name,
                                    const std::shared_ptr<const Predictor>& model) {
    if (model)
        parts_->object[name] = hexadecimal(predictor_bytes(*model));
    return *this;
}

const json* FitterSettings::find(const char* name) {
    parts_->asked.insert(name);
    const auto found = parts_->object.find(name);
    return found == parts_->object.end() ? nullptr : &*found;
}

void FitterSettings::refuse(const char* name, const char* expected) const {
    throw ConfigError(message("fitter '", parts_->kind, "': ", name, ": ", expected, " expected"));
}

template <class T>
T FitterSettings::value(const char* name, const char* expected, T fallback) {
    const json* found = find(name);
    if (found == nullptr)
        return fallback;
    try {
        return found->get<T>();
    } catch (const json::exception&) {
        refuse(name, expected);
    }
}

double FitterSettings::number(const char* name, double fallback) {
    return value(name, "a number", fallback);
}

bool FitterSettings::flag(const char* name, bool fallback) {
    return value(name, "true or false", fallback);
}

std::uint64_t FitterSettings::count(const char* name, std::uint64_t fallback) {
    const json* found = find(name);
    if (found != nullptr && !found->is_number_unsigned())
        refuse(name, "a whole number from 0 up");
    return found == nullptr ? fallback : found->get<std::uint64_t>();
}

int FitterSettings::small_count(const char* name, int fallback) {
    const std::uint64_t found = count(name, static_cast<std::uint64_t>(fallback));
    if (found > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
        refuse(name, "a whole number below 2^31");
    return static_cast<int>(found);
}

std::string FitterSettings::word(const char* name, const std::string& fallback) {
    return value(name, "a text", fallback);
}

std::vector<std::string> FitterSettings::words(const char* name) {
    return value(name, "a list of texts", std::vector<std::string>{});
}

std::vector<std::size_t> FitterSettings::counts(const char* name,
                                                std::vector<std::size_t> fallback) {
    const json* found = find(name);
    if (found == nullptr)
        return fallback;
    fallback.clear();
    for (const json& item : *found) {
        if (!item.is_number_unsigned())
            refuse(name, "a list of whole numbers from 0 up");
        fallback.push_back(item.get<std::size_t>());
    }
    return fallback;
}

std::vector<FitterPtr> FitterSettings::fitters(const char* name) {
    std::vector<FitterPtr> all;
    const json* found = find(name);
    if (found != nullptr && !found->is_array())
        refuse(name, "a list of fitters");
    for (std::size_t i = 0; found != nullptr && i < found->size(); ++i)
        all.push_back(fitter_from_settings((*found)[i].dump()));
    return all;
}

PredictorPtr FitterSettings::model(const char* name) {
    const std::string found = word(name, "");
    if (found.empty())
        return nullptr;
    const std::string bytes = bytes_of(found);
    if (bytes.empty())
        refuse(name, "the bytes of a model file in hexadecimal hex_digits");
    return predictor_from_bytes(bytes, name);
}

void FitterSettings::finish() const {
    for (const auto& [name, value] : parts_->object.items()) {
        if (!parts_->asked.contains(name))
            throw ConfigError(message("fitter '", parts_->kind, "': no setting '", excerpt(name),
                                      "'; known: ", join(parts_->asked),
                                      did_you_mean(name, parts_->asked)));
    }
}

}  // namespace latpred
